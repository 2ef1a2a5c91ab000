#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes a version of a Haskell package: numbers with "." between them, of any length.
///
/// @error malformed  A number is missing or begins with a 0 that is not all of it; another
///                   character (tags, "1.0-beta", are no longer taken by Cabal).
/// @see https://hackage.haskell.org/package/Cabal-syntax, Distribution.Types.Version
Result<void> check_hackage(std::string_view version);

/// As lists of numbers: number by number, and the shorter first where all are equal.
std::strong_ordering compare_hackage(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
