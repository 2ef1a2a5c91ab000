#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes a version of a Go module, with or without its "v" (OSV leaves it out), pseudo-versions and
/// "+incompatible" among them; minor and patch may be left out. Takes the names of Go releases,
/// too, for the standard library: "go1.21rc2", "1.9.2" with or without the "go".
///
/// @error malformed  A number is missing, starts with 0 or holds another character; a fourth
///                   number; an identifier is empty or holds a character outside of [0-9A-Za-z-].
/// @see https://go.dev/ref/mod#versions, https://go.dev/doc/toolchain#version
Result<void> check_go(std::string_view version);

/// As golang.org/x/mod/semver: Semantic Versioning 2.0, build metadata say nothing. "1.21rc2" is
/// 1.21.0-rc.2, as OSV writes it of the standard library.
std::strong_ordering compare_go(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
