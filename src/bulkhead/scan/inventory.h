#pragma once

#include <span>
#include <vector>

#include "bulkhead/model/inspector.h"
#include "bulkhead/scan/views.h"

namespace bulkhead::scan {

/// Joins what the inspectors learnt into the final image's packages, each with the layer in which
/// it first appeared without a later gap.
///
/// @param histories  One an inspector, in their order.
Inventory join_inventory(std::span<const Inspector> inspectors, std::span<const History> histories,
                         const FactIndex& facts, Notes& notes);

}  // namespace bulkhead::scan
