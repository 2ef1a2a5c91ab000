#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes what can be the version of a package: `[epoch:]version[-release]`. rpm itself checks next
/// to nothing, and neither does this: what stands before a ":" is an epoch only if it is a number
/// or nothing, and else a part of the version.
///
/// @error malformed  Empty; a space or a control character; no version between epoch and release;
///                   a "-" at the end.
/// @see rpm-version(7)
Result<void> check_rpm(std::string_view version);

/// As `rpm.vercmp` of rpm 4.18, part by part. No epoch is 0. No release is before every release:
/// rpm takes the two for equal in dependencies, but that is no order.
std::strong_ordering compare_rpm(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
