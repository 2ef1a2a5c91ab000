#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bulkhead/advisory/update.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/model/note.h"
#include "bulkhead/model/os.h"
#include "bulkhead/model/package.h"

namespace bulkhead::scan {

/// Fetches the advisory data that a scan of these packages wants, where they are missing or old.
/// Whatever fails is a note (`advisories-not-updated`, an oddity): the data that there are will do,
/// and where there are none the matcher says so. Never fails a scan.
void refresh_advisories(const std::string& folder, const advisory::UpdateOptions& options,
                        const std::vector<Package>& packages, const std::optional<OsInfo>& os,
                        const RunContext& context, Notes& notes);

}  // namespace bulkhead::scan
