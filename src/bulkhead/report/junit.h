#pragma once

#include <ostream>

#include "bulkhead/base/error.h"
#include "bulkhead/report/writer.h"

namespace bulkhead::report {

/// Writes JUnit's XML, as Jenkins, GitLab and Azure read it: a suite for each type of package
/// (and one for the system), in it a failure for each finding, or one passing test where there is
/// none. Suppressed findings count as skipped; each gap is an error in a suite of its own, so that
/// a scan that did not see everything never looks green.
/// @error io  `out` went bad.
Result<void> write_junit(const ScanReport& report, const WriteOptions& options, std::ostream& out);

}  // namespace bulkhead::report
