#pragma once

#include <span>
#include <vector>

#include "bulkhead/model/inspector.h"
#include "bulkhead/scan/views.h"

namespace bulkhead::scan {

/// Puts packages in a report's order and gives each an id of its own: its purl; where two share it,
/// the path where they lie makes the difference.
void settle_packages(std::vector<Package>& packages);

/// Joins what the inspectors learnt into the final image's packages, each with the layer in which
/// it first appeared without a later gap.
///
/// @param histories  One an inspector, in their order.
Inventory join_inventory(std::span<const Inspector> inspectors, std::span<const History> histories,
                         const FactIndex& facts, Notes& notes);

}  // namespace bulkhead::scan
