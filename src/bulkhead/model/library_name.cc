#include "bulkhead/model/library_name.h"

#include <algorithm>

#include "bulkhead/base/text.h"

namespace bulkhead {
namespace {

std::string pypi_key(std::string_view name) {
  std::string key;
  for (const char c : name) {
    const bool is_separator = c == '-' || c == '_' || c == '.';
    if (!is_separator) {
      key += c;
    } else if (!key.ends_with('-')) {
      key += '-';
    }
  }
  return to_lower(key);
}

std::string cargo_key(std::string_view name) {
  std::string key = to_lower(name);
  std::ranges::replace(key, '_', '-');
  return key;
}

std::string maven_key(std::string_view name) {
  std::string key(name);
  if (key.contains(':')) return key;
  if (const std::size_t slash = key.find('/'); slash != std::string::npos) key[slash] = ':';
  return key;
}

std::string go_key(std::string_view name) {
  std::string key;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool is_escape =
        name[i] == '!' && i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z';
    key += is_escape ? static_cast<char>(name[++i] - 'a' + 'A') : name[i];
  }
  return key;
}

struct Rule {
  std::string_view ecosystem;
  std::string (*key)(std::string_view name);
};

constexpr Rule kRules[] = {
    {"Go", go_key},     {"Hex", to_lower},       {"Maven", maven_key},     {"NuGet", to_lower},
    {"PyPI", pypi_key}, {"Packagist", to_lower}, {"crates.io", cargo_key},
};

}  // namespace

std::string library_key(std::string_view ecosystem, std::string_view name) {
  const auto* const rule = std::ranges::find(kRules, ecosystem, &Rule::ecosystem);
  return rule == std::end(kRules) ? std::string(name) : rule->key(name);
}

}  // namespace bulkhead
