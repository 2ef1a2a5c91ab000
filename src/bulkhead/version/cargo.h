#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Semantic Versioning 2.0, as Cargo has it; besides, as advisories write: a leading "v", and minor
/// or patch left out. Numbers may have any length (Cargo stops at 64 bits).
///
/// @error malformed  As check_semver.
/// @see https://doc.rust-lang.org/cargo/reference/manifest.html#the-version-field
Result<void> check_cargo(std::string_view version);

/// As Semantic Versioning 2.0: build metadata say nothing, neither here nor in what Cargo requires
/// (only the order of the crate `semver`, which sorts lists, counts them).
std::strong_ordering compare_cargo(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
