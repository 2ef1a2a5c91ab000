#pragma once

#include <ostream>

#include "bulkhead/base/error.h"
#include "bulkhead/report/writer.h"

namespace bulkhead::report {

/// Writes a report in the shape of Trivy's JSON, SchemaVersion 2, for tools that read that: one
/// result a type of package, its packages and their vulnerabilities; what somebody judged stands in
/// ExperimentalModifiedFindings. The end of a system's support is Metadata.OS.EOSL.
/// @error io  `out` went bad.
/// @see aquasecurity/trivy, pkg/types/report.go, pkg/types/vulnerability.go, pkg/types/finding.go
Result<void> write_trivy_json(const ScanReport& report, const WriteOptions& options,
                              std::ostream& out);

}  // namespace bulkhead::report
