#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes what Composer's normalisation takes: one to four numbers or a date, a stability with
/// numbers ("-RC1", "p2"), "-dev"; "1.x-dev"; branches ("dev-main"). An alias ("1.0 as 2.0"), a
/// stability flag ("@beta") and build metadata are passed over.
///
/// @error malformed  Not so.
/// @see https://getcomposer.org/doc/articles/versions.md, composer/semver's VersionParser
Result<void> check_packagist(std::string_view version);

/// As PHP's version_compare after that normalisation: dev, alpha, beta, RC, the release, patches.
/// Branches come before all numbers, in the order of their names; to Composer, branches have no
/// order (see is_packagist_branch).
std::strong_ordering compare_packagist(std::string_view a, std::string_view b);

/// Is it the name of a branch ("dev-main", "master") and so neither above nor below any version?
bool is_packagist_branch(std::string_view version);

}  // namespace bulkhead::version
