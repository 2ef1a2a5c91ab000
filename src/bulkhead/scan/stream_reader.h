#pragma once

#include <memory>
#include <span>
#include <vector>

#include "bulkhead/base/run_context.h"
#include "bulkhead/image/open.h"
#include "bulkhead/io/stream.h"
#include "bulkhead/model/inspector.h"
#include "bulkhead/scan/kept_files.h"
#include "bulkhead/scan/layer_pass.h"
#include "bulkhead/scan/layer_reader.h"

namespace bulkhead::scan {

/// What a stream is said to be.
enum class StreamKind { any, docker_archive, oci_archive, rootfs };

/// A target that was read while it arrived.
struct StreamedTarget {
  image::OpenTarget target;
  std::vector<LayerResult> layers;               // in the order of the target's
  std::vector<std::shared_ptr<KeptFiles>> kept;  // one a layer; null: it can be read again
};

/// Reads a saved image or a root filesystem in one pass, compressed or not, although an image's
/// manifest may come last: every member that looks like a layer is read as one while it goes by,
/// and the manifest says in the end which of them count. Its other members, small ones, go to a
/// private spool, and so do files whose names look like those that inspectors want.
///
/// Memory does not grow with the bytes. Digests are computed on the way and held against the
/// manifest and the configuration when these are known.
///
/// @param pick  Which image of several: a name, as in "docker-archive:-:NAME"; may be empty.
/// @error not_found, malformed, unsupported, truncated  Nothing can be said of it.
/// @error io  The stream's; cancelled.
Result<StreamedTarget> read_stream(io::Stream& stream, StreamKind kind, std::string_view pick,
                                   const image::TargetRequest& request,
                                   std::span<const Inspector> inspectors, Verify verify,
                                   const RunContext& context, KeptBudget& budget, Notes& notes);

}  // namespace bulkhead::scan
