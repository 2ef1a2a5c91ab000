#pragma once

#include <optional>
#include <span>
#include <vector>

#include "bulkhead/base/run_context.h"
#include "bulkhead/model/note.h"
#include "bulkhead/model/package.h"
#include "bulkhead/model/repository.h"
#include "bulkhead/pending/options.h"

namespace bulkhead::pending {

/// Which of `packages` have a newer version in the repositories that the target names: reads the
/// package manager's own indexes, one after another, and chooses as it would.
///
/// No advisories and no table of distributions take part. A repository that cannot be read is a gap
/// that names it, and so is a package database without any repository; the rest goes on.
std::vector<PendingUpdate> find_pending(std::span<const Package> packages,
                                        std::span<const Repository> repositories,
                                        const PendingOptions& options, const RunContext& context,
                                        Notes& notes);

}  // namespace bulkhead::pending
