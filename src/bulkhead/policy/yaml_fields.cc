#include "bulkhead/policy/yaml_fields.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/text.h"

namespace bulkhead::policy {
namespace {

using format::YamlNode;

}  // namespace

Error YamlFields::error(const YamlNode& node, std::string_view what) const {
  return {Code::malformed, fmt::format("{}: line {}: {}", format_, node.line, what)};
}

Result<std::string> YamlFields::text(const YamlNode& node, std::string_view key) const {
  if (node.kind != YamlNode::Kind::scalar) {
    return fail(node, fmt::format("`{}` is one text", key));
  }
  return is_null(node) ? std::string() : std::string(trim(node.text));
}

Result<std::vector<std::string>> YamlFields::texts(const YamlNode& node,
                                                   std::string_view key) const {
  std::vector<std::string> list;
  if (is_null(node)) return list;
  const bool is_list = node.kind == YamlNode::Kind::sequence;
  for (const YamlNode& item : is_list ? std::span(node.items) : std::span(&node, 1)) {
    BH_TRY(std::string one, text(item, key));
    if (one.empty()) return fail(item, fmt::format("`{}` is empty", key));
    list.push_back(std::move(one));
  }
  return list;
}

bool is_null(const YamlNode& node) {
  return node.kind == YamlNode::Kind::scalar && !node.is_quoted &&
         (node.text.empty() || node.text == "~" || to_lower(node.text) == "null");
}

}  // namespace bulkhead::policy
