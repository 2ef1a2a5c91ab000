#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes a version as PEP 440 has it, in every spelling that it says how to normalise: epochs, "v"
/// in front, alpha, beta, rc, post and dev releases by all their names, local versions, any case,
/// spaces around it. What it does not have ("2004d", "1.0-SNAPSHOT") is refused, as packaging 22
/// and pip refuse it.
///
/// @error malformed  Not so.
/// @see https://packaging.python.org/en/latest/specifications/version-specifiers/
Result<void> check_pypi(std::string_view version);

/// As packaging.version.Version: 1.0.dev1, 1.0a1.dev1, 1.0a1, 1.0, 1.0+local, 1.0.post1.
std::strong_ordering compare_pypi(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
