#include "bulkhead/version/semver.h"

#include "bulkhead/version/parts.h"

namespace bulkhead::version {
namespace {

constexpr std::size_t kMaxNumbers = 3;  // major, minor, patch

/// The pieces of one version; views into it.
struct Pieces {
  std::string_view numbers;
  bool has_prerelease = false;
  std::string_view prerelease;
  bool has_build = false;
  std::string_view build;
};

Pieces take_apart(std::string_view version) {
  Pieces pieces;
  if (version.starts_with('v')) version.remove_prefix(1);
  // Build metadata may hold "-", so it goes first.
  if (const std::size_t plus = version.find('+'); plus != std::string_view::npos) {
    pieces.has_build = true;
    pieces.build = version.substr(plus + 1);
    version = version.substr(0, plus);
  }
  if (const std::size_t dash = version.find('-'); dash != std::string_view::npos) {
    pieces.has_prerelease = true;
    pieces.prerelease = version.substr(dash + 1);
    version = version.substr(0, dash);
  }
  pieces.numbers = version;
  return pieces;
}

/// Takes the text before the next "." off `rest`, and the "." too.
std::string_view take_identifier(std::string_view& rest) {
  const std::size_t dot = rest.find('.');
  const std::string_view identifier = rest.substr(0, dot);
  rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
  return identifier;
}

bool is_number(std::string_view identifier) {
  return std::ranges::all_of(identifier, is_digit) && !identifier.empty();
}

bool has_extra_zero(std::string_view number) { return number.size() > 1 && number.front() == '0'; }

Result<void> check_numbers(std::string_view rest, std::string_view version) {
  const auto count = static_cast<std::size_t>(std::ranges::count(rest, '.')) + 1;
  if (count > kMaxNumbers) return refuse("semver", version, "more than three numbers");
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view number = take_identifier(rest);
    if (!is_number(number)) {
      return refuse("semver", version, "major, minor or patch is not a number");
    }
    if (has_extra_zero(number)) return refuse("semver", version, "a number starts with 0");
  }
  return {};
}

bool is_identifier(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || is_letter(c) || c == '-'; });
}

/// @param zeros_matter  In a pre-release "01" is refused, in build metadata it is text.
Result<void> check_identifiers(std::string_view rest, bool zeros_matter, std::string_view version) {
  const auto count = static_cast<std::size_t>(std::ranges::count(rest, '.')) + 1;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view identifier = take_identifier(rest);
    if (!is_identifier(identifier)) {
      return refuse("semver", version,
                    "an identifier is empty or holds more than letters, digits and '-'");
    }
    if (zeros_matter && is_number(identifier) && has_extra_zero(identifier)) {
      return refuse("semver", version, "a number of the pre-release starts with 0");
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

std::strong_ordering compare_prereleases(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const auto order = compare_identifiers(take_identifier(a), take_identifier(b));
    if (order != 0) return order;
  }
  return b.empty() <=> a.empty();  // more identifiers are more
}

Result<void> check_semver(std::string_view version) {
  const Pieces pieces = take_apart(version);
  BH_CHECK(check_numbers(pieces.numbers, version));
  if (pieces.has_prerelease) BH_CHECK(check_identifiers(pieces.prerelease, true, version));
  if (pieces.has_build) BH_CHECK(check_identifiers(pieces.build, false, version));
  return {};
}

std::strong_ordering compare_semver(std::string_view a, std::string_view b) {
  Pieces left = take_apart(a);
  Pieces right = take_apart(b);
  for (std::size_t i = 0; i < kMaxNumbers; ++i) {
    const auto order =
        compare_numbers(take_identifier(left.numbers), take_identifier(right.numbers));
    if (order != 0) return order;
  }
  if (left.has_prerelease != right.has_prerelease) {
    return right.has_prerelease <=> left.has_prerelease;  // a release comes after its previews
  }
  return compare_prereleases(left.prerelease, right.prerelease);
}

}  // namespace bulkhead::version
