#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/report/writer.h"
#include "options.h"

namespace bulkhead::app {

/// A report that was asked for: a format and where it goes (empty: standard output).
struct Output {
  const report::Writer* writer = nullptr;
  std::string file;
};

/// What -o and -f mean together: "-o json", "-o json=FILE", "-f json -o FILE".
/// @param formats  Names of writers that the command has, its default first; empty: all.
/// @error not_found, malformed  There is no such format; options that do not go together; io: the
///                              file cannot become a report.
Result<std::vector<Output>> outputs_of(const Options& options,
                                       std::span<const std::string_view> formats = {});

/// Writes one report to its place.
Result<void> write_output(const Output& output, const ScanReport& report,
                          report::WriteOptions write, const RunContext& context);

}  // namespace bulkhead::app
