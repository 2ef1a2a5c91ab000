#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bulkhead/advisory/store.h"
#include "bulkhead/model/finding.h"
#include "bulkhead/model/note.h"
#include "bulkhead/model/os.h"
#include "bulkhead/model/package.h"

namespace bulkhead::match {

/// What matching found, and what it could not do.
struct MatchResult {
  std::vector<Finding> findings;  // sorted as ScanReport says
  std::vector<FeedInfo> data;     // the feeds that were asked, by name
};

/// Holds every package against the advisories of its own release, by its distribution's rules:
/// by source package and source version, in the distribution's order of versions.
///
/// One finding is one (installed package, vulnerability): the CVE where the advisory names one,
/// else the advisory's own id. All advisories that say so are joined in it.
/// Notes: `no-advisory-data` (a gap) where the release has no feed; `unknown-os` (a gap) where
/// packages of a distribution were found but no distribution; versions that cannot be compared.
/// @error io  The store's files cannot be read.
Result<MatchResult> match_packages(const std::vector<Package>& packages,
                                   const std::optional<OsInfo>& os, advisory::Store& store,
                                   Notes& notes);

}  // namespace bulkhead::match
