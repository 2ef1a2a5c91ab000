#pragma once

#include <memory>

#include "bulkhead/base/run_context.h"
#include "bulkhead/io/fd.h"
#include "bulkhead/io/stream.h"

namespace bulkhead::io {

/// The bytes of an open descriptor: a pipe, a socket, a terminal or a file. A wait for them ends
/// within a fifth of a second once the run is cancelled.
///
/// @param context  Outlives the stream.
std::unique_ptr<Stream> open_fd_stream(Fd fd, const RunContext& context);

}  // namespace bulkhead::io
