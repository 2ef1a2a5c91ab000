#include "bulkhead/version/nuget.h"

#include <algorithm>

#include "bulkhead/base/text.h"
#include "bulkhead/version/parts.h"
#include "bulkhead/version/semver_parts.h"

namespace bulkhead::version {
namespace {

constexpr std::size_t kMaxNumbers = 4;  // major, minor, patch, revision

std::strong_ordering compare_labels(std::string_view a, std::string_view b) {
  const bool a_is_number = !a.empty() && std::ranges::all_of(a, is_digit);
  const bool b_is_number = !b.empty() && std::ranges::all_of(b, is_digit);
  if (a_is_number && b_is_number) return compare_numbers(a, b);
  if (a_is_number != b_is_number) return b_is_number <=> a_is_number;  // numbers come first
  return compare_without_case(a, b);
}

}  // namespace

Result<void> check_nuget(std::string_view version) {
  return check_semver_parts(
      {.format = "nuget", .max_numbers = kMaxNumbers, .takes_leading_zeros = true},
      take_semver_apart(trim(version)), version);
}

std::strong_ordering compare_nuget(std::string_view a, std::string_view b) {
  SemverParts left = take_semver_apart(trim(a));
  SemverParts right = take_semver_apart(trim(b));
  const auto order = compare_dotted_numbers(left.numbers, right.numbers, kMaxNumbers);
  if (order != 0) return order;
  if (left.has_prerelease != right.has_prerelease) {
    return right.has_prerelease <=> left.has_prerelease;
  }
  while (!left.prerelease.empty() && !right.prerelease.empty()) {
    const auto label_order =
        compare_labels(take_identifier(left.prerelease), take_identifier(right.prerelease));
    if (label_order != 0) return label_order;
  }
  return right.prerelease.empty() <=> left.prerelease.empty();  // more labels are more
}

}  // namespace bulkhead::version
