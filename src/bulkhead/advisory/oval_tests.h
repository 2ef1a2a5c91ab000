#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "bulkhead/advisory/oval_criteria.h"
#include "bulkhead/advisory/oval_tables.h"

namespace bulkhead::advisory {

/// One `criterion` (or `extend_definition`) of a definition.
struct OvalCriterion {
  std::string_view test;  // its id
  std::string_view comment;
  bool is_negated = false;
};

/// What a definition is, as far as its criteria are read by it.
struct OvalReading {
  bool is_denial = false;  // it says what is not affected (com.redhat.unaffected)
  bool is_ubuntu = false;  // comments say the state of a package, and its source's name
};

/// Says what criteria demand, by the tests that they refer to and, where those say less (the
/// release, the module's stream, the state), by their comments, which are made by machines.
class OvalTests {
 public:
  /// Both must outlive it; `tables` is added to (texts).
  OvalTests(OvalTables& tables, OvalCriteria& criteria) : tables_(tables), criteria_(criteria) {}

  /// Nothing for what never holds on a system that the definition is about ("Red Hat Enterprise
  /// Linux must be installed", which is tested for its contrary).
  std::optional<OvalTerm> term_of(const OvalCriterion& criterion, const OvalReading& reading);

  /// The number of an ecosystem's name in `tables.texts`; 0 where the product is none that is
  /// known.
  std::uint32_t release_of(std::string_view product);

  /// The packages' names that a term's object stands for; texts.
  std::vector<std::uint32_t> names_of(const OvalTerm& term) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  std::uint32_t release_of_comment(std::string_view comment);
  std::optional<OvalTerm> term_of_test(const OvalTest& test, const OvalCriterion& criterion,
                                       const OvalReading& reading);
  OvalTerm package_term(const OvalTest& test, std::string_view comment);
  void add_state(const OvalState& state, bool is_system, OvalTerm& term);
  void add_version(const OvalState& state, OvalTerm& term);
  void take_comment(std::string_view comment, OvalTerm& term);
  std::uint32_t architectures_of(std::string_view pattern, bool is_system);
  OvalTerm doubtful(OvalDoubt why) const { return {.doubt = why}; }

  OvalTables& tables_;
  OvalCriteria& criteria_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> releases_;
};

}  // namespace bulkhead::advisory
