#pragma once

#include <compare>
#include <ostream>
#include <span>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/model/priority.h"
#include "bulkhead/model/report.h"

namespace bulkhead::report {

/// Orders two versions of packages of one type. This room knows no version schemes; whoever writes
/// a report hands the order in (match::compare_versions).
using VersionOrder = std::strong_ordering (*)(PackageType type, std::string_view a,
                                              std::string_view b);

struct WriteOptions {
  bool is_color = false;    // the table may use colour (a terminal, and no NO_COLOR)
  std::size_t width = 100;  // columns of the terminal
  bool is_all = false;      // --all: the table shows every finding
  FindingOrder sort_by = FindingOrder::priority;  // --sort-by: the rows of --all
  bool has_package_files = false;                 // --package-files: packages[].files in JSON
  bool is_failed = false;                         // the policy failed: the verdict says so
  bool has_suppressed = false;  // --show-suppressed: the table lists what does not count
  bool has_baseline = false;    // --baseline: what counts is what is new
  /// Lets the table name one upgrade for all faults of a package; without it each fix is an action
  /// of its own.
  VersionOrder compare_versions = nullptr;
};

/// One format of the report.
struct Writer {
  std::string_view name;  // what -o takes
  std::string_view description;
  /// Streams `report` to `out`. @error io  `out` went bad.
  Result<void> (*write)(const ScanReport& report, const WriteOptions& options, std::ostream& out);
  std::string_view alias = {};  // another name, as other tools say it
};

/// All formats, the default first.
std::span<const Writer> writers();
const Writer* find_writer(std::string_view name);

}  // namespace bulkhead::report
