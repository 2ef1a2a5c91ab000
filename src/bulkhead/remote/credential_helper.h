#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/remote/credentials.h"

namespace bulkhead::remote {

/// How long a helper may take: some ask their user to unlock a key ring.
inline constexpr std::uint64_t kHelperTimeoutMs = 30'000;

/// Runs `docker-credential-NAME get` (found in PATH; no shell) and tells it `server`.
///
/// @return  Nothing where it says that it has no credential for that server.
/// @error malformed       The name has other characters than letters, digits, ".", "_" and "-", or
///                        the answer is none.
/// @error limit_exceeded  It wrote more than 64 KiB or took longer than `timeout_ms`.
/// @error io, not_found   It could not be run, failed, or the run was cancelled.
/// @see docker/docker-credential-helpers, "README.md", protocol.
Result<std::optional<Credential>> ask_helper(const std::string& name, const std::string& server,
                                             const RunContext& context,
                                             std::uint64_t timeout_ms = kHelperTimeoutMs);

}  // namespace bulkhead::remote
