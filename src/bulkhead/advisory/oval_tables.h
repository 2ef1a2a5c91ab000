#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bulkhead/base/error.h"

namespace bulkhead::advisory {

/// Each text once, called by a number: 0 is the empty text.
class TextTable {
 public:
  TextTable() { add(""); }
  TextTable(const TextTable&) = delete;
  TextTable& operator=(const TextTable&) = delete;

  std::uint32_t add(std::string_view text);
  /// 0 where it is not there.
  std::uint32_t find(std::string_view text) const;
  std::string_view operator[](std::uint32_t index) const { return texts_[index]; }
  std::size_t size() const { return texts_.size(); }

 private:
  std::pmr::monotonic_buffer_resource bytes_;
  std::pmr::unordered_map<std::string_view, std::uint32_t> index_{&bytes_};
  std::vector<std::string_view> texts_;
};

/// How a state compares a value.
/// @see OVAL 5.11, oval-common-schema, "OperationEnumeration".
enum class OvalOperation : std::uint8_t {
  equals,
  less_than,
  less_than_or_equal,
  greater_than,
  greater_than_or_equal,
  pattern_match,
  other,
};
OvalOperation oval_operation_of(std::string_view name);

/// What a test looks at, as far as it matters here.
enum class OvalTestKind : std::uint8_t {
  missing,  // a reference to a test that the document does not have
  package,  // rpminfo_test, dpkginfo_test
  listing,  // textfilecontent54_test: a list of packages (Ubuntu's manifests), a module's file
  system,   // of the running system or of a file's owner: uname, rpmverifyfile, ...
};

struct OvalTest {
  OvalTestKind kind = OvalTestKind::missing;
  bool is_none = false;  // holds where nothing fits ("none satisfy", "none exist")
  std::uint32_t object = 0;
  std::uint32_t states[2] = {};  // all must hold
  bool has_more_states = false;
  std::uint32_t comment = 0;  // a text; of listings alone
};

struct OvalObject {
  std::uint32_t name = 0;      // a text; 0: not one name
  std::uint32_t variable = 0;  // whose values are the names
};

struct OvalState {
  std::uint32_t evr = 0;  // a text
  OvalOperation evr_operation = OvalOperation::other;
  std::uint32_t version = 0;
  OvalOperation version_operation = OvalOperation::other;
  std::uint32_t architecture = 0;  // a pattern
  bool has_key = false;            // by whom the package is signed
  bool has_release_pattern = false;
  bool has_other = false;  // something that none of the above says
};

/// What can be said of a document before its definitions are read.
struct OvalCensus {
  std::uint64_t definitions = 0;
  std::string name_space = {};    // of the first definition: "com.redhat.rhsa"
  bool has_unpatched = false;     // of Red Hat: definitions of what is not fixed, or not affected
  bool has_affected = false;      // of SUSE: criteria "... is affected"
  bool has_patches = false;       // class "patch"
  std::string generator = {};     // its product's name
  std::string year = {};          // of all errata; empty where they are of several
  std::string product_line = {};  // of SUSE, where none is the server: "Desktop"
  std::string release_tag = {};   // of Azure Linux: "3" where versions end in ".azl3"
};

/// The tests of an OVAL document and what they refer to. They stand behind the definitions, so a
/// document is read twice: once for these, once for its definitions.
/// Source: OVAL 5.11, oval-definitions-schema, linux-definitions-schema.
struct OvalTables {
  TextTable texts;
  TextTable test_ids;
  TextTable object_ids;
  TextTable state_ids;
  TextTable variable_ids;
  std::vector<OvalTest> tests;                        // by the number of their id
  std::vector<OvalObject> objects;                    // the same
  std::vector<OvalState> states;                      // the same
  std::vector<std::vector<std::uint32_t>> variables;  // the same: the values
  OvalCensus census;
};

/// @error malformed, limit_exceeded, unsupported  As XmlReader; more ids or values than a document
///                                                may have.
Result<void> read_oval_tables(std::string_view text, OvalTables& tables);

/// The package that a line of a manifest names: "openssh-client" for
/// "^openssh-client(?::\w+|)\s+(.*)$"; a plain name is itself. Nothing for another pattern.
std::optional<std::string> package_of_pattern(std::string_view pattern);

/// The value of the attribute; empty where it is not there.
template <class Attributes>
std::string_view attribute_of(const Attributes& attributes, std::string_view name) {
  for (const auto& attribute : attributes) {
    if (attribute.name == name) return attribute.value;
  }
  return {};
}

}  // namespace bulkhead::advisory
