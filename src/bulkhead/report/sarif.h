#pragma once

#include <ostream>

#include "bulkhead/base/error.h"
#include "bulkhead/report/writer.h"

namespace bulkhead::report {

/// Writes SARIF 2.1.0 (OASIS) as GitHub's code scanning wants it: one rule a vulnerability, one
/// result a finding, the worst first and the suppressed last.
///
/// GitHub refuses a run of more than 25,000 results or rules and shows 5,000: the most severe
/// 25,000 are written, and a notification says what was left out
/// (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
/// @error io  `out` went bad.
Result<void> write_sarif(const ScanReport& report, const WriteOptions& options, std::ostream& out);

}  // namespace bulkhead::report
