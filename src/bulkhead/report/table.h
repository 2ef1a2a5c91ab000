#pragma once

#include <ostream>

#include "bulkhead/base/error.h"
#include "bulkhead/report/writer.h"

namespace bulkhead::report {

/// Writes the report for people: one screen with what to do first, or, with `is_all`, every finding
/// and every note. A report that is not complete says so before anything else.
/// @error io  `out` went bad.
Result<void> write_table(const ScanReport& report, const WriteOptions& options, std::ostream& out);

}  // namespace bulkhead::report
