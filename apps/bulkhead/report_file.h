#pragma once

#include <functional>
#include <ostream>
#include <string>

#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"

namespace bulkhead::app {

/// What is wrong with `path` as the name of a report, before a scan takes its time: a folder, a
/// file or a folder that may not be written. Nothing is created or changed.
/// @error io  It cannot become a report.
Result<void> check_report_file(const std::string& path);

/// Calls `write` with a stream that goes to the file `path`, or to standard output where it is
/// empty, and says why not where not all of it could be written: a full disk, a closed pipe, a
/// reader that waits while the run is cancelled. A file that could not be written whole is left
/// empty, so that nobody takes a part for the report.
/// @error io  As above, or what `write` gave.
Result<void> write_report_file(const std::string& path, const RunContext& context,
                               const std::function<Result<void>(std::ostream&)>& write);

}  // namespace bulkhead::app
