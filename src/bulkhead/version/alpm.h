#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes what can be a version of pacman's: `[epoch:]version[-release]`.
/// @error malformed  As check_rpm; a part begins or ends with a separator, where vercmp has no
///                   order.
/// @see vercmp(8)
Result<void> check_alpm(std::string_view version);

/// As vercmp(8), but that no release is before every release (vercmp takes the two for equal,
/// which is no order).
std::strong_ordering compare_alpm(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
