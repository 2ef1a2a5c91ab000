#include "bulkhead/policy/yaml_fields.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/text.h"

namespace bulkhead::policy {
namespace {

using format::YamlNode;

constexpr std::size_t kMaxWordBytes = 64;  // no key is longer; the distance takes its square

/// Letters to add, remove or change to make one of the other (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

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

std::string_view nearest_name(std::string_view word, std::span<const std::string_view> names) {
  const std::string lower = to_lower(word.substr(0, kMaxWordBytes));
  std::string_view best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string_view name : names) {
    const std::size_t apart = distance(lower, name);
    if (apart >= least) continue;
    least = apart;
    best = name;
  }
  return best;
}

}  // namespace bulkhead::policy
