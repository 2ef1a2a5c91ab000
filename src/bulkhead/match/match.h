#pragma once

#include <compare>
#include <optional>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/store.h"
#include "bulkhead/model/finding.h"
#include "bulkhead/model/note.h"
#include "bulkhead/model/os.h"
#include "bulkhead/model/package.h"

namespace bulkhead::match {

struct PackageEvidence;

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
/// Notes that are gaps, all only where there are packages: `no-advisory-data` (the release has no
/// feed, or cannot be told), `unknown-os` (no operating system was found), `unsupported-os` (nobody
/// has rules for it). Oddities: `derived-os` (the rules are those of the distribution that it is
/// built from), `package-not-covered`, `uncomparable-version`.
/// @error io  The store's files cannot be read.
Result<MatchResult> match_packages(const std::vector<Package>& packages,
                                   const std::optional<OsInfo>& os, advisory::Store& store,
                                   Notes& notes);

/// `explain` with the data of a store (match/explain.h).
Result<std::vector<PackageEvidence>> explain_packages(const std::vector<Package>& packages,
                                                      const std::optional<OsInfo>& os,
                                                      advisory::Store& store, std::string_view id);

/// Orders two versions of packages of `type`. A version that its scheme refuses is below all that
/// it takes; two of those are ordered as text.
std::strong_ordering compare_versions(PackageType type, std::string_view a, std::string_view b);

}  // namespace bulkhead::match
