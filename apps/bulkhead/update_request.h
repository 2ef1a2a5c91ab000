#pragma once

#include <optional>

#include "bulkhead/advisory/update.h"
#include "bulkhead/base/error.h"
#include "options.h"

namespace bulkhead::app {

/// Where advisory data are fetched from: --mirror, --source, --offline and what the network's
/// options say. `max_age_s` is 0.
/// @error malformed  A value of theirs.  @error not_found  --mirror is no folder.
Result<advisory::UpdateOptions> update_options(const Options& options);

/// The same for a scan, with --max-age; nothing where it is "never", or where --offline leaves
/// nothing to ask.
Result<std::optional<advisory::UpdateOptions>> scan_update(const Options& options);

}  // namespace bulkhead::app
