#pragma once

#include <span>
#include <vector>

#include "bulkhead/base/run_context.h"
#include "bulkhead/image/open.h"
#include "bulkhead/model/inspector.h"
#include "bulkhead/scan/layer_pass.h"
#include "bulkhead/scan/layer_reader.h"

namespace bulkhead::scan {

/// Reads all layers of a target, each once, on `context.jobs` threads: the largest first; a thread
/// without a layer of its own takes over half of the work on the longest one.
///
/// @return  One result a layer, in the order of the layers, whatever order they were read in. A
///          layer without bytes gives an empty one (its absence has been noted on opening).
/// @param budget  Counts what is kept; outlives the call.
/// @error io  Cancelled.
Result<std::vector<LayerResult>> read_layers(const image::OpenTarget& target,
                                             std::span<const Inspector> inspectors, Verify verify,
                                             const RunContext& context, KeptBudget& budget);

/// Reads entries of one layer once more, without checking digests again.
/// @param wants  Sorted.
Result<std::vector<FileFacts>> read_layer_again(
    const image::OpenTarget& target, std::uint32_t layer, std::span<const Inspector> inspectors,
    std::span<const LateWant> wants, const RunContext& context, KeptBudget& budget, Notes& notes);

}  // namespace bulkhead::scan
