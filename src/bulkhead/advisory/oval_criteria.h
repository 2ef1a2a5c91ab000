#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/model/advisory.h"

namespace bulkhead::advisory {

/// Why a part of a definition's criteria is no statement about a package.
enum class OvalDoubt : std::uint8_t {
  none,
  missing_test,
  unknown_release,
  unknown_test,
  unknown_operation,
  unknown_operator,
  negated,
  several_packages,
  several_modules,
  several_ranges,
  no_package,
};
std::string_view oval_doubt_text(OvalDoubt doubt);

/// A conjunction of what a definition demands: "on these releases and architectures, with this
/// module, this package in this range". What is 0 is not demanded.
struct OvalTerm {
  std::uint32_t releases = 0;       // a set
  std::uint32_t architectures = 0;  // a set
  std::uint32_t module = 0;         // a text
  std::uint32_t package = 0;        // a text: the package's name,
  std::uint32_t packages = 0;       // or a variable whose values are the names,
  std::uint32_t source = 0;         // or a text: the source package, where no test names any
  std::uint32_t above = 0;          // texts, the ends of the range: later than this,
  std::uint32_t from = 0;           // this or later,
  std::uint32_t below = 0;          // earlier than this,
  std::uint32_t upto = 0;           // this or earlier
  std::uint32_t cve = 0;            // a text: what it is about, of a definition about several
  AffectedStatus status = AffectedStatus::affected;
  FixState fix_state = FixState::unknown;
  bool is_extended = false;  // the fix comes with the extended support alone
  OvalDoubt doubt = OvalDoubt::none;

  bool has_package() const { return package != 0 || packages != 0 || source != 0; }
};

/// Reduces a tree of criteria to a disjunction of terms while it is read.
class OvalCriteria {
 public:
  void clear();

  /// A set of numbers, each not 0.
  std::uint32_t make_set(std::vector<std::uint32_t> members);
  const std::vector<std::uint32_t>& set(std::uint32_t index) const { return sets_[index]; }
  /// What is in either; everything where one of them is.
  std::uint32_t unite(std::uint32_t a, std::uint32_t b);

  /// A `criteria` element.
  void begin(std::string_view name_of_operator, bool is_negated);
  /// @error limit_exceeded  The definition comes to more than kMaxOvalTerms.
  Result<void> end();
  /// A criterion that demands `term`; nothing: one that never holds.
  Result<void> add(std::optional<OvalTerm> term);
  /// Of the outermost element, when it has ended.
  const std::vector<OvalTerm>& terms() const { return terms_; }

 private:
  enum class Operator : std::uint8_t { all, any, other };
  struct Frame {
    Operator joined_by = Operator::all;
    bool is_negated = false;
    std::vector<OvalTerm> terms;
  };

  /// The set of what is in both; nothing where that is none.
  std::optional<std::uint32_t> intersect(std::uint32_t a, std::uint32_t b);
  std::optional<OvalTerm> join(const OvalTerm& a, const OvalTerm& b);
  void add_alternative(std::vector<OvalTerm>& terms, const OvalTerm& term);
  Result<void> add_terms(std::vector<OvalTerm> terms);

  std::vector<std::vector<std::uint32_t>> sets_ = {{}};
  std::vector<Frame> frames_;
  std::vector<OvalTerm> terms_;
};

}  // namespace bulkhead::advisory
