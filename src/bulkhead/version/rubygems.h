#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes what RubyGems takes: a number, then numbers and words with "." between them; a "-" and
/// more at the end is a pre-release; spaces around it. Without the platform that a gem's file name
/// has.
///
/// @error malformed  It is empty (RubyGems takes that for 0), does not begin with a number, or
///                   holds another character.
/// @see Gem::Version, https://guides.rubygems.org/specification-reference
Result<void> check_rubygems(std::string_view version);

/// As Gem::Version: numbers and words, where a digit beside a letter parts them, too; words come
/// before numbers, what is left out is 0. "-" is read as ".pre.".
std::strong_ordering compare_rubygems(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
