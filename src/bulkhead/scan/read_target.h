#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "bulkhead/base/run_context.h"
#include "bulkhead/image/open.h"
#include "bulkhead/model/inspector.h"
#include "bulkhead/remote/remote.h"
#include "bulkhead/scan/kept_files.h"
#include "bulkhead/scan/layer_pass.h"
#include "bulkhead/scan/layer_reader.h"

namespace bulkhead::scan {

/// What is to be read, and how.
struct ReadRequest {
  image::TargetRequest target;
  remote::RemoteOptions remote;
  Verify verify;
  /// Nothing above this layer matters; nothing: all do.
  std::optional<std::uint32_t> last_layer = {};
};

/// Does the reference name standard input ("-", "docker-archive:-", ...)?
bool is_stdin(std::string_view reference);

/// A target whose layers have been read, each once.
struct ReadTarget {
  image::OpenTarget target;
  std::vector<LayerResult> layers;  // in the order of the target's
  /// One a layer of a target that went by as a stream; null, or none at all: it can be read again.
  std::vector<std::shared_ptr<KeptFiles>> kept = {};
};

/// Opens what the request's reference names, wherever it is, and reads its layers.
/// @param budget  Counts what is kept; outlives the call.
/// @error (image::open_target's, remote::open_registry's, read_stream's)  Nothing can be said.
/// @error not_found  There is no layer `last_layer`.  @error io  Cancelled.
Result<ReadTarget> read_target(const ReadRequest& request, std::span<const Inspector> inspectors,
                               const RunContext& context, KeptBudget& budget, Notes& notes);

/// Gives inspectors entries of one layer that they did not know they want: reads the layer once
/// more, or takes what was kept of it. Digests are not checked again.
/// @param wants  Sorted.
Result<std::vector<FileFacts>> read_late(const ReadTarget& read, std::uint32_t layer,
                                         std::span<const Inspector> inspectors,
                                         std::span<const LateWant> wants, const RunContext& context,
                                         KeptBudget& budget, Notes& notes);

}  // namespace bulkhead::scan
