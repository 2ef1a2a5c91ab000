#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes what `dpkg --compare-versions` takes: `[epoch:]upstream[-revision]`.
///
/// dpkg refuses some versions and only warns of others (a character outside of [A-Za-z0-9.+~:-],
/// no digit at the start); those it warns of are compared here, too, since real data has them
/// ("6.1-3.el6.x86_64"). Spaces and tabs around a version are ignored, as dpkg does.
///
/// @error malformed  Empty; a space, tab, newline or NUL inside; an epoch that is empty, not a
///                   number, negative or above 2147483647; no upstream part; a "-" at the end.
/// @see Debian Policy 5.6.12; deb-version(7).
Result<void> check_deb(std::string_view version);

/// @see Debian Policy 5.6.12, "The absence of a debian_revision is equivalent to a
///      debian_revision of 0."
std::strong_ordering compare_deb(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
