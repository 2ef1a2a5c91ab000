#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes a version of an R package: numbers with "." or "-" between them, of any length.
///
/// @error malformed  A number is missing, or another character.
/// @see https://cran.r-project.org/doc/manuals/r-release/R-exts.html, "The DESCRIPTION file"
Result<void> check_cran(std::string_view version);

/// As R's `package_version`: number by number, and the shorter first where all are equal.
std::strong_ordering compare_cran(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
