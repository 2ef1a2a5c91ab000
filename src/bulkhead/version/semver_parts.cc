#include "bulkhead/version/semver_parts.h"

#include <algorithm>

#include "bulkhead/version/parts.h"

namespace bulkhead::version {
namespace {

constexpr std::size_t kMaxNumbers = 3;  // major, minor, patch

bool is_number(std::string_view identifier) {
  return std::ranges::all_of(identifier, is_digit) && !identifier.empty();
}

bool has_extra_zero(std::string_view number) { return number.size() > 1 && number.front() == '0'; }

Result<void> check_numbers(const SemverRules& rules, std::string_view rest,
                           std::string_view version) {
  const auto count = static_cast<std::size_t>(std::ranges::count(rest, '.')) + 1;
  if (count > rules.max_numbers) {
    return refuse(
        rules.format, version,
        rules.max_numbers == kMaxNumbers ? "more than three numbers" : "more than four numbers");
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view number = take_identifier(rest);
    if (!is_number(number)) {
      return refuse(rules.format, version, "major, minor or patch is not a number");
    }
    if (has_extra_zero(number) && !rules.takes_leading_zeros) {
      return refuse(rules.format, version, "a number starts with 0");
    }
  }
  return {};
}

bool is_identifier(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return is_alnum(c) || c == '-'; });
}

/// @param takes_zeros  In a pre-release "01" may be refused, in build metadata it is text.
Result<void> check_identifiers(std::string_view format, std::string_view rest, bool takes_zeros,
                               std::string_view version) {
  const auto count = static_cast<std::size_t>(std::ranges::count(rest, '.')) + 1;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view identifier = take_identifier(rest);
    if (!is_identifier(identifier)) {
      return refuse(format, version,
                    "an identifier is empty or holds more than letters, digits and '-'");
    }
    if (!takes_zeros && is_number(identifier) && has_extra_zero(identifier)) {
      return refuse(format, version, "a number of the pre-release starts with 0");
    }
  }
  return {};
}

std::strong_ordering compare_identifiers(std::string_view a, std::string_view b) {
  const bool a_is_number = is_number(a);
  const bool b_is_number = is_number(b);
  if (a_is_number && b_is_number) return compare_numbers(a, b);
  if (a_is_number != b_is_number) return b_is_number <=> a_is_number;  // numbers come first
  return a.compare(b) <=> 0;
}

}  // namespace

SemverParts take_semver_apart(std::string_view version) {
  SemverParts parts;
  // Build metadata may hold "-", so it goes first.
  if (const std::size_t plus = version.find('+'); plus != std::string_view::npos) {
    parts.has_build = true;
    parts.build = version.substr(plus + 1);
    version = version.substr(0, plus);
  }
  if (const std::size_t dash = version.find('-'); dash != std::string_view::npos) {
    parts.has_prerelease = true;
    parts.prerelease = version.substr(dash + 1);
    version = version.substr(0, dash);
  }
  parts.numbers = version;
  return parts;
}

std::string_view take_identifier(std::string_view& rest) {
  const std::size_t dot = rest.find('.');
  const std::string_view identifier = rest.substr(0, dot);
  rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
  return identifier;
}

Result<void> check_semver_parts(const SemverRules& rules, const SemverParts& parts,
                                std::string_view version) {
  BH_CHECK(check_numbers(rules, parts.numbers, version));
  if (parts.has_prerelease) {
    BH_CHECK(check_identifiers(rules.format, parts.prerelease, rules.takes_leading_zeros, version));
  }
  if (parts.has_build) BH_CHECK(check_identifiers(rules.format, parts.build, true, version));
  return {};
}

std::strong_ordering compare_dotted_numbers(std::string_view a, std::string_view b,
                                            std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto order = compare_numbers(take_identifier(a), take_identifier(b));
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

std::strong_ordering compare_precedence(const SemverParts& a, const SemverParts& b) {
  const auto order = compare_dotted_numbers(a.numbers, b.numbers, kMaxNumbers);
  if (order != 0) return order;
  if (a.has_prerelease != b.has_prerelease) {
    return b.has_prerelease <=> a.has_prerelease;  // a release comes after its previews
  }
  return compare_prereleases(a.prerelease, b.prerelease);
}

std::strong_ordering compare_prereleases(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const auto order = compare_identifiers(take_identifier(a), take_identifier(b));
    if (order != 0) return order;
  }
  return b.empty() <=> a.empty();  // more identifiers are more
}

}  // namespace bulkhead::version
