#pragma once

#include <span>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog {

/// Every inspector of this room, in the order in which they join: the operating system
/// first, the kernel last.
std::span<const Inspector> inspectors();

}  // namespace bulkhead::catalog
