#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes what NuGet takes: one to four numbers, with zeros before them, a pre-release, build
/// metadata, spaces around it. Numbers may have any length (NuGet stops at 31 bits).
///
/// @error malformed  A number is missing or holds another character; a fifth number; an identifier
///                   is empty or holds a character outside of [0-9A-Za-z-].
/// @see https://learn.microsoft.com/nuget/concepts/package-versioning
Result<void> check_nuget(std::string_view version);

/// As Semantic Versioning 2.0 with a fourth number, and without regard to case.
std::strong_ordering compare_nuget(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
