#pragma once

#include "bulkhead/base/error.h"

namespace bulkhead::net {

/// Loads libcurl, if that has not happened yet. Safe from any thread.
///
/// The program is not linked with it: libcurl brings some thirty libraries with it, whose loading
/// would take longer than most scans that need no network. Calls of `curl_...` go to the loaded
/// library; before that, or where it is not installed, they fail as curl's own calls fail.
/// @error unsupported  It is not installed, or not one that has all that is called here.
Result<void> load_curl();

}  // namespace bulkhead::net
