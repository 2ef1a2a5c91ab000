#pragma once

#include "bulkhead/base/error.h"
#include "bulkhead/policy/policy.h"
#include "options.h"

namespace bulkhead::app {

/// Reads what --ignore, --ignore-file, --vex and --baseline name, and without --ignore-file the
/// ignore files of the working folder, into `policy`.
/// @error io, not_found          A file cannot be read.
/// @error (the readers' errors)  It is broken: with the file, and the line or the place in it.
Result<void> read_policy_files(const Options& options, policy::Policy& policy);

}  // namespace bulkhead::app
