#pragma once

#include <span>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog {

/// The inspectors of every scan, in the order in which they join: the operating system first, the
/// kernel last.
std::span<const Inspector> inspectors();

/// The same, and behind them the one of package repositories, which only --pending wants.
std::span<const Inspector> all_inspectors();

}  // namespace bulkhead::catalog
