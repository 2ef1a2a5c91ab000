#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes a version of Bitnami's components: a semantic version, or one with a fourth number and
/// more ("9.1.0.2"), and behind it the number of Bitnami's own build ("17.0.0-3").
///
/// @error malformed  No number at the front, or a character outside of [0-9A-Za-z.+-].
/// @see https://github.com/bitnami/vulndb, "ecosystem_specific"; a component's .spdx file.
Result<void> check_bitnami(std::string_view version);

/// As semver, but that a "-" and a number at the end count builds, not releases before the release;
/// no number is 0.
std::strong_ordering compare_bitnami(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
