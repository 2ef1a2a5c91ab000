#pragma once

#include "bulkhead/report/writer.h"

namespace bulkhead::report {

/// CycloneDX 1.6 as JSON: the packages, the operating system and the target as components, what
/// was found as vulnerabilities. `serialNumber` is made of the content.
/// @see https://cyclonedx.org/docs/1.6/json/
/// @error io  `out` went bad.
Result<void> write_cyclonedx(const ScanReport& report, const WriteOptions& options,
                             std::ostream& out);

}  // namespace bulkhead::report
