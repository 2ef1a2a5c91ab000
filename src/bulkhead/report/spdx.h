#pragma once

#include "bulkhead/report/writer.h"

namespace bulkhead::report {

/// SPDX 2.3 as JSON: the target, the operating system and the packages; what was found is not part
/// of that format. `documentNamespace` is made of the content.
/// @see https://spdx.github.io/spdx-spec/v2.3/
/// @error io  `out` went bad.
Result<void> write_spdx(const ScanReport& report, const WriteOptions& options, std::ostream& out);

}  // namespace bulkhead::report
