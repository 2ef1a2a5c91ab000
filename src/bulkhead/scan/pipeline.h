#pragma once

#include <optional>
#include <string>

#include "bulkhead/advisory/store.h"
#include "bulkhead/advisory/update.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/model/report.h"
#include "bulkhead/pending/options.h"
#include "bulkhead/policy/policy.h"
#include "bulkhead/scan/read_target.h"

namespace bulkhead::scan {

/// What a user asks of one scan.
struct ScanRequest {
  ReadRequest read;
  std::string advisory_folder;  // the store
  /// How missing and old data are fetched; nothing: they are not.
  std::optional<advisory::UpdateOptions> update = {};
  /// How package indexes are read; nothing: pending updates are not asked for.
  std::optional<pending::PendingOptions> pending = {};
  policy::Policy policy;
};

/// What the target holds, before anything is held against it: no advisory takes part, and nothing
/// is asked of the network but the target itself.
/// @error (open_target's, read_package_list's)  The target cannot be opened.
/// @error io  Cancelled.
Result<ScanReport> take_inventory(const ReadRequest& request, const RunContext& context);

/// Target to report: the way of DESIGN's "The way of one layer's bytes".
///
/// Whatever could not be read is a note of the report, which then is not complete; the call fails
/// only where nothing at all could be said.
/// @error (open_target's)  The target cannot be opened.
/// @error io                      Cancelled, or the advisory store cannot be read.
Result<ScanReport> scan(const ScanRequest& request, const RunContext& context);

/// A report, and the advisory data that it was made with.
struct Scanned {
  ScanReport report;
  advisory::Store store;
};
/// As `scan`.
Result<Scanned> scan_keeping_data(const ScanRequest& request, const RunContext& context);

}  // namespace bulkhead::scan
