#pragma once

#include "bulkhead/report/report_test_data.h"

namespace bulkhead::report {

/// The sample report with two findings that are suppressed, one for good and one for a time.
inline ScanReport suppressed_report() {
  ScanReport report = sample_report();
  report.findings[2].suppressed = {".bulkheadignore:3", "not reachable <here>", "2027-01-31"};
  report.findings[9].suppressed = {"--ignore", "", ""};
  return report;
}

}  // namespace bulkhead::report
