#pragma once

#include <span>
#include <string>
#include <vector>

#include "bulkhead/image/open.h"
#include "bulkhead/image/tree.h"
#include "bulkhead/model/inspector.h"
#include "bulkhead/scan/layer_pass.h"
#include "bulkhead/scan/views.h"

namespace bulkhead::scan {

/// The layers put on each other, and what each inspector saw after which layer.
struct Overlay {
  image::Tree tree;
  std::vector<History> histories;  // one an inspector
  FactIndex facts;
};

/// Applies all layers from the bottom upwards; the results are used up.
Overlay apply_layers(const image::OpenTarget& target, std::vector<LayerResult> layers,
                     std::span<const Inspector> inspectors, const RunContext& context,
                     Notes& notes);

}  // namespace bulkhead::scan
