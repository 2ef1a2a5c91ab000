#pragma once

#include <ostream>

#include "bulkhead/base/error.h"
#include "bulkhead/report/writer.h"

namespace bulkhead::report {

/// Writes `bulkhead.report/1` (docs/schema/bulkhead.report-1.schema.json), one element of each
/// list a line, so that memory does not grow with the report and lines can be compared.
///
/// All text is UTF-8: bytes of the target that are not became U+FFFD, and where that befell a
/// path, its bytes stand beside it in base64 (`path_b64`).
/// @error io  `out` went bad.
Result<void> write_json(const ScanReport& report, const WriteOptions& options, std::ostream& out);

}  // namespace bulkhead::report
