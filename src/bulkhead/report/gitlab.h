#pragma once

#include <ostream>

#include "bulkhead/base/error.h"
#include "bulkhead/report/writer.h"

namespace bulkhead::report {

/// Writes GitLab's container scanning report, schema 15.0.7, which GitLab takes from 16.4 on as
/// `artifacts:reports:container_scanning`. Findings that somebody judged (is_judged) are left
/// out, since the format has no place for them; a message says how many.
/// @error io  `out` went bad.
/// @see gitlab-org/security-products/security-report-schemas,
///      dist/container-scanning-report-format.json
Result<void> write_gitlab(const ScanReport& report, const WriteOptions& options, std::ostream& out);

}  // namespace bulkhead::report
