#pragma once

#include <ostream>
#include <span>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/model/report.h"

namespace bulkhead::report {

struct WriteOptions {
  bool is_color = false;           // the table may use colour (a terminal, and no NO_COLOR)
  std::size_t width = 100;         // columns of the terminal
  bool is_all = false;             // --all: the table shows every finding
  bool has_package_files = false;  // --package-files: packages[].files in JSON
  bool is_failed = false;          // the policy failed: the verdict says so
};

/// One format of the report.
struct Writer {
  std::string_view name;  // what -o takes
  std::string_view description;
  /// Streams `report` to `out`. @error io  `out` went bad.
  Result<void> (*write)(const ScanReport& report, const WriteOptions& options, std::ostream& out);
};

/// All formats, the default first.
std::span<const Writer> writers();
const Writer* find_writer(std::string_view name);

}  // namespace bulkhead::report
