#pragma once

#include <compare>
#include <cstddef>
#include <string_view>

#include "bulkhead/base/error.h"

// What the schemes that follow Semantic Versioning have in common: NUMBERS[-PRERELEASE][+BUILD].
namespace bulkhead::version {

/// The pieces of one version; views into it.
struct SemverParts {
  std::string_view numbers;
  bool has_prerelease = false;
  std::string_view prerelease;
  bool has_build = false;
  std::string_view build;
};

/// Takes any text apart: the build begins at the first "+", the pre-release at the first "-"
/// before it. A leading "v" stays with the numbers.
SemverParts take_semver_apart(std::string_view version);

/// Takes the text before the next "." off `rest`, and the "." too.
std::string_view take_identifier(std::string_view& rest);

/// What a scheme lets pass beyond the specification.
struct SemverRules {
  std::string_view format;  // begins the error's message
  std::size_t max_numbers = 3;
  bool takes_leading_zeros = false;  // "1.02", "1.0-01"
};

/// Refuses what is not one to `max_numbers` numbers, or has an identifier that is empty or holds
/// more than letters, digits and "-". Numbers that are left out are 0.
/// @param version  The whole version, for the error's message.
Result<void> check_semver_parts(const SemverRules& rules, const SemverParts& parts,
                                std::string_view version);

/// The order of `count` numbers; those left out are 0.
std::strong_ordering compare_dotted_numbers(std::string_view a, std::string_view b,
                                            std::size_t count);

/// The order of numbers and pre-releases as item 11 of the specification has it.
std::strong_ordering compare_precedence(const SemverParts& a, const SemverParts& b);

/// The order of two runs of identifiers, "rc.1" without its dash; none at all is the lowest.
/// @see https://semver.org/spec/v2.0.0.html, item 11.4.
std::strong_ordering compare_prereleases(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
