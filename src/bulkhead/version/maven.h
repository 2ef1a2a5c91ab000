#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes what Maven takes for a version: any text but what its models refuse.
///
/// @error malformed  It is empty; a space, a control character or one of `\/:"<>|?*[](){},`, so
/// that
///                   a range or a property ("${revision}") is no version.
/// @see Maven's DefaultModelValidator
Result<void> check_maven(std::string_view version);

/// As Maven 3.9 orders versions (ComparableVersion): numbers, words and lists of them, where zeros
/// at the end of a list mean nothing; alpha, beta, milestone, rc, snapshot, the release, sp, other
/// words, lists, numbers. Where that is no order (1.0.1.sp.1 < 1.0.1-rc < 1.0.1 < 1.0.1.sp.1, for
/// every list is above every word), what is before or after the release decides.
/// @see https://maven.apache.org/pom.html#version-order-specification
std::strong_ordering compare_maven(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
