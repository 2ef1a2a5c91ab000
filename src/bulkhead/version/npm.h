#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/version/semver_parts.h"

namespace bulkhead::version {

/// Takes what node-semver takes where it is loose, as npm itself is with packages that are there
/// already: spaces around it, "v" and "=" in front ("=v1.2.3"), zeros before a number, a
/// pre-release without its dash ("1.2.3beta"). Besides, as advisories write: minor or patch left
/// out. The bounds that node-semver sets on lengths and numbers (256 characters, 2^53) are not
/// kept.
///
/// @error malformed  A number is missing or holds another character; a fourth number; an identifier
///                   is empty or holds a character outside of [0-9A-Za-z-].
/// @see https://github.com/npm/node-semver, internal/re.js: FULL and LOOSE.
Result<void> check_npm(std::string_view version);

/// As Semantic Versioning 2.0; build metadata say nothing.
std::strong_ordering compare_npm(std::string_view a, std::string_view b);

/// Takes any text apart, without what may stand around a version.
SemverParts take_npm_apart(std::string_view version);

}  // namespace bulkhead::version
