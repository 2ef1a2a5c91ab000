#pragma once

#include <string>

#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/net/http.h"

namespace bulkhead::remote {

/// `options` for a first look at a server: no retries, little patience.
net::ClientOptions probe_options(net::ClientOptions options);

/// Finds out whether a registry that may be spoken to by http (one of this machine, or with
/// --insecure) wants it: https is tried first.
///
/// @return  "https://HOST" or "http://HOST".
/// @error (the client's)  Neither answers: what https said.
Result<std::string> find_base_url(net::Client& probe, const std::string& host,
                                  const RunContext& context);

}  // namespace bulkhead::remote
