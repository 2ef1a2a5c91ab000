#include "bulkhead/advisory/oval_tables.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "bulkhead/advisory/oval_limits.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/xml.h"

namespace bulkhead::advisory {
namespace {

using format::XmlAttribute;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "3" of "1.2-3.azl3", "2" of "0:2.35-4.cm2"; empty where it ends in neither.
std::string_view azure_release_of(std::string_view version) {
  const std::size_t dot = version.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string_view tag = version.substr(dot + 1);
  const std::size_t letters = tag.starts_with("azl") ? 3 : tag.starts_with("cm") ? 2 : 0;
  if (letters == 0) return {};
  tag.remove_prefix(letters);
  return std::ranges::all_of(tag, is_digit) ? tag : std::string_view();
}

/// "Desktop" of "SUSE Linux Enterprise Desktop 15 SP5".
std::string_view product_line_of(std::string_view platform) {
  constexpr std::string_view kPrefix = "SUSE Linux Enterprise ";
  if (!platform.starts_with(kPrefix)) return {};
  platform.remove_prefix(kPrefix.size());
  return trim(platform.substr(0, platform.find_first_of("0123456789")));
}

/// The parts of "oval:com.redhat.rhsa:def:20224765".
struct DefinitionId {
  std::string_view name_space;
  std::string_view number;
};
DefinitionId parts_of(std::string_view id) {
  if (!id.starts_with("oval:")) return {};
  id.remove_prefix(5);
  const std::size_t end = id.find(':');
  return {id.substr(0, end), id.substr(id.rfind(':') + 1)};
}

class TablesSink final : public format::XmlSink {
 public:
  explicit TablesSink(OvalTables& tables) : tables_(tables) {}

  Result<void> begin(std::string_view name, const std::vector<XmlAttribute>& attributes) override {
    ++depth_;
    if (depth_ == 2) section_ = name;
    if (section_ == "definitions") {
      count(name, attributes);
    } else if (depth_ == 3) {
      BH_CHECK(begin_entry(name, attributes));
    } else if (depth_ > 3) {
      BH_CHECK(begin_part(name, attributes));
    }
    return {};
  }

  Result<void> end(std::string_view name, std::string_view text) override {
    if (depth_ == 4 && section_ == "states") end_state_part(name, trim(text));
    if (depth_ == 4 && section_ == "objects" && name == "name") end_object_name(trim(text));
    if (depth_ == 4 && section_ == "variables" && name == "value") BH_CHECK(end_value(trim(text)));
    if (section_ == "definitions" && name == "platform") count_platform(trim(text));
    if (section_ == "generator" && name == "product_name") tables_.census.generator = trim(text);
    --depth_;
    return {};
  }

  void finish() {
    if (has_server_) tables_.census.product_line.clear();
  }

 private:
  void count(std::string_view name, const std::vector<XmlAttribute>& attributes) {
    OvalCensus& census = tables_.census;
    if (name == "criterion") {
      census.has_affected =
          census.has_affected || attribute_of(attributes, "comment").ends_with(" is affected");
    } else if (name == "definition") {
      const DefinitionId id = parts_of(attribute_of(attributes, "id"));
      const std::string_view year = id.number.substr(0, 4);
      if (census.definitions++ == 0) {
        census.name_space = id.name_space;
        census.year = year;
      } else if (census.year != year) {
        census.year.clear();
      }
      census.has_patches = census.has_patches || attribute_of(attributes, "class") == "patch";
      census.has_unpatched = census.has_unpatched || id.name_space == "com.redhat.cve" ||
                             id.name_space == "com.redhat.unaffected";
    }
  }
  void count_platform(std::string_view platform) {
    const std::string_view line = product_line_of(platform);
    has_server_ = has_server_ || line.starts_with("Server");
    if (tables_.census.product_line.empty()) tables_.census.product_line = line;
  }

  /// A row for the id; its table grows with the ids that are referred to.
  template <class Row>
  Result<std::uint32_t> row_of(TextTable& ids, std::vector<Row>& rows, std::string_view id) {
    const std::uint32_t index = ids.add(id);
    if (ids.size() > kMaxOvalIds) {
      return fail(Code::limit_exceeded, fmt::format("oval: more than {} ids", kMaxOvalIds));
    }
    if (rows.size() <= index) rows.resize(index + 1);
    return index;
  }

  Result<void> begin_entry(std::string_view name, const std::vector<XmlAttribute>& attributes) {
    const std::string_view id = attribute_of(attributes, "id");
    if (section_ == "tests") {
      BH_TRY(entry_, row_of(tables_.test_ids, tables_.tests, id));
      OvalTest test;
      test.kind = name == "rpminfo_test" || name == "dpkginfo_test" ? OvalTestKind::package
                  : name.starts_with("textfilecontent")             ? OvalTestKind::listing
                                                                    : OvalTestKind::system;
      test.is_none = attribute_of(attributes, "check") == "none satisfy" ||
                     attribute_of(attributes, "check_existence") == "none_exist";
      if (test.kind == OvalTestKind::listing) {
        test.comment = tables_.texts.add(attribute_of(attributes, "comment"));
      }
      tables_.tests[entry_] = test;
    } else if (section_ == "objects") {
      BH_TRY(entry_, row_of(tables_.object_ids, tables_.objects, id));
      tables_.objects[entry_] = {};
    } else if (section_ == "states") {
      BH_TRY(entry_, row_of(tables_.state_ids, tables_.states, id));
      tables_.states[entry_] = {};
    } else if (section_ == "variables") {
      BH_TRY(entry_, row_of(tables_.variable_ids, tables_.variables, id));
      tables_.variables[entry_].clear();
    }
    return {};
  }

  Result<void> begin_part(std::string_view name, const std::vector<XmlAttribute>& attributes) {
    operation_ = attribute_of(attributes, "operation");
    if (section_ == "tests" && name == "object") {
      BH_TRY(tables_.tests[entry_].object,
             row_of(tables_.object_ids, tables_.objects, attribute_of(attributes, "object_ref")));
    } else if (section_ == "tests" && name == "state") {
      OvalTest& test = tables_.tests[entry_];
      auto* free = std::ranges::find(test.states, 0U);
      test.has_more_states = test.has_more_states || free == std::end(test.states);
      if (test.has_more_states) return {};
      BH_TRY(*free,
             row_of(tables_.state_ids, tables_.states, attribute_of(attributes, "state_ref")));
    } else if (section_ == "objects") {
      const std::string_view variable = attribute_of(attributes, "var_ref");
      if ((name != "name" && name != "pattern") || variable.empty()) return {};
      BH_TRY(tables_.objects[entry_].variable,
             row_of(tables_.variable_ids, tables_.variables, variable));
    }
    return {};
  }

  void end_object_name(std::string_view text) {
    const OvalOperation operation = oval_operation_of(operation_);
    if (operation == OvalOperation::equals) tables_.objects[entry_].name = tables_.texts.add(text);
  }

  void end_state_part(std::string_view name, std::string_view text) {
    OvalState& state = tables_.states[entry_];
    const OvalOperation operation = oval_operation_of(operation_);
    if (name == "evr" || name == "subexpression") {
      state.evr = tables_.texts.add(text);
      state.evr_operation = operation;
      if (tables_.census.release_tag.empty()) tables_.census.release_tag = azure_release_of(text);
    } else if (name == "version") {
      state.version = tables_.texts.add(text);
      state.version_operation = operation;
    } else if (name == "arch") {
      state.architecture = tables_.texts.add(text);
    } else if (name == "signature_keyid") {
      state.has_key = true;
    } else if (name == "release") {
      state.has_release_pattern = true;
    } else {
      state.has_other = true;
    }
  }

  Result<void> end_value(std::string_view text) {
    std::vector<std::uint32_t>& values = tables_.variables[entry_];
    if (values.size() == kMaxOvalNames) {
      return fail(Code::limit_exceeded,
                  fmt::format("oval: a variable has more than {} values", kMaxOvalNames));
    }
    // A pattern that is understood by nobody is noted where it is used.
    values.push_back(tables_.texts.add(package_of_pattern(text).value_or("")));
    return {};
  }

  OvalTables& tables_;
  std::size_t depth_ = 0;
  std::string section_;
  std::string operation_;
  std::uint32_t entry_ = 0;
  bool has_server_ = false;
};

}  // namespace

std::uint32_t TextTable::add(std::string_view text) {
  const auto found = index_.find(text);
  if (found != index_.end()) return found->second;
  const auto index = static_cast<std::uint32_t>(texts_.size());
  std::string_view kept;
  if (!text.empty()) {
    auto* bytes = static_cast<char*>(bytes_.allocate(text.size(), 1));
    std::memcpy(bytes, text.data(), text.size());
    kept = {bytes, text.size()};
  }
  index_.emplace(kept, index);
  texts_.push_back(kept);
  return index;
}

std::uint32_t TextTable::find(std::string_view text) const {
  const auto found = index_.find(text);
  return found == index_.end() ? 0 : found->second;
}

OvalOperation oval_operation_of(std::string_view name) {
  if (name.empty() || name == "equals") return OvalOperation::equals;
  if (name == "less than") return OvalOperation::less_than;
  if (name == "less than or equal") return OvalOperation::less_than_or_equal;
  if (name == "greater than") return OvalOperation::greater_than;
  if (name == "greater than or equal") return OvalOperation::greater_than_or_equal;
  if (name == "pattern match") return OvalOperation::pattern_match;
  return OvalOperation::other;
}

Result<void> read_oval_tables(std::string_view text, OvalTables& tables) {
  tables.tests.resize(1);  // number 0 is of what has no id
  tables.objects.resize(1);
  tables.states.resize(1);
  tables.variables.resize(1);
  TablesSink sink(tables);
  format::XmlReader reader(sink, kOvalXmlLimits);
  BH_CHECK(reader.feed(text));
  BH_CHECK(reader.finish());
  sink.finish();
  return {};
}

std::optional<std::string> package_of_pattern(std::string_view pattern) {
  if (pattern.starts_with('^')) pattern.remove_prefix(1);
  pattern = pattern.substr(0, std::min(pattern.find("(?::"), pattern.find("\\s")));
  std::string name;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size() && std::string_view(".+-").contains(pattern[i + 1])) {
      c = pattern[++i];
    } else if (std::string_view("\\()[]{}*?|^$ ").contains(c)) {
      return {};
    }
    name.push_back(c);
  }
  if (name.empty()) return {};
  return name;
}

}  // namespace bulkhead::advisory
