#include "bulkhead/version/pub.h"

#include "bulkhead/version/semver_parts.h"

namespace bulkhead::version {
namespace {

SemverParts take_apart(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  return take_semver_apart(version);
}

}  // namespace

Result<void> check_pub(std::string_view version) {
  return check_semver_parts({.format = "pub", .takes_leading_zeros = true}, take_apart(version),
                            version);
}

std::strong_ordering compare_pub(std::string_view a, std::string_view b) {
  const SemverParts left = take_apart(a);
  const SemverParts right = take_apart(b);
  if (const auto order = compare_precedence(left, right); order != 0) return order;
  return compare_prereleases(left.build, right.build);
}

}  // namespace bulkhead::version
