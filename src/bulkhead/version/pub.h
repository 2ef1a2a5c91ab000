#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes a version of a Dart or Flutter package: Semantic Versioning 2.0 with zeros before numbers
/// let pass, as pub does; besides, as advisories write: a leading "v", and minor or patch left out.
///
/// @error malformed  As check_semver, but for zeros.
/// @see https://github.com/dart-lang/pub_semver
Result<void> check_pub(std::string_view version);

/// As Semantic Versioning 2.0, but that build metadata count: none comes first, and else they are
/// ordered as pre-releases are.
std::strong_ordering compare_pub(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
