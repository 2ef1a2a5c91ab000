#pragma once

#include "bulkhead/base/error.h"
#include "bulkhead/scan/pipeline.h"
#include "options.h"

namespace bulkhead::app {

/// What to scan, with which data and by which policy, as the options and the policy's files say.
/// @error malformed, not_found  Wrong usage: it names the option or the file.
Result<scan::ScanRequest> scan_request(const Options& options);

}  // namespace bulkhead::app
