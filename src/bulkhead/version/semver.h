#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Semantic Versioning 2.0, with two things more that advisories use: a leading "v", and minor or
/// patch left out ("1", "1.2-rc1"), which are then 0. Numbers may have any length.
///
/// @error malformed  A number is missing, starts with 0 or holds another character; a fourth
///                   number; an identifier is empty or holds a character outside of [0-9A-Za-z-].
/// @see https://semver.org/spec/v2.0.0.html, items 2, 9 and 10.
Result<void> check_semver(std::string_view version);

/// @see https://semver.org/spec/v2.0.0.html, item 11.
std::strong_ordering compare_semver(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
