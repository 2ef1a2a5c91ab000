#include "bulkhead/version/npm.h"

#include <algorithm>

#include "bulkhead/base/text.h"
#include "bulkhead/version/parts.h"

namespace bulkhead::version {

SemverParts take_npm_apart(std::string_view version) {
  version = trim(version);
  version.remove_prefix(std::min(version.find_first_not_of("v= \t"), version.size()));
  SemverParts parts = take_semver_apart(version);
  if (parts.has_prerelease) {
    // "1.2.3beta-4": the dash belongs to the pre-release, which began before it.
    const std::size_t end = parts.numbers.find_first_not_of("0123456789.");
    if (end == std::string_view::npos) return parts;
  }
  std::string_view rest = version.substr(0, version.find('+'));
  const std::string_view numbers = take_run(rest, [](char c) { return is_digit(c) || c == '.'; });
  if (rest.empty() || !is_letter(rest.front())) return parts;
  parts.numbers = numbers;
  parts.has_prerelease = true;
  parts.prerelease = rest;
  return parts;
}

Result<void> check_npm(std::string_view version) {
  return check_semver_parts({.format = "npm", .takes_leading_zeros = true}, take_npm_apart(version),
                            version);
}

std::strong_ordering compare_npm(std::string_view a, std::string_view b) {
  return compare_precedence(take_npm_apart(a), take_npm_apart(b));
}

}  // namespace bulkhead::version
