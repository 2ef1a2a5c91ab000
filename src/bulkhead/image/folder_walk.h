#pragma once

#include <string>

#include "bulkhead/archive/entry_sink.h"
#include "bulkhead/base/run_context.h"

namespace bulkhead::image {

/// Walks a folder of the host as if it were an archive: entries in the order of their names'
/// bytes, a folder before what is in it. No link is followed; other file systems of the kernel
/// (proc, sysfs and the like) below it are passed over with a note. What cannot be read is noted
/// as a gap and the walk goes on.
/// @error io  The folder itself cannot be opened; (the sink's) what a sink call returned.
Result<void> walk_folder(const std::string& path, archive::EntrySink& sink,
                         const RunContext& context);

}  // namespace bulkhead::image
