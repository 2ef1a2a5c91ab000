#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/store.h"
#include "bulkhead/match/matcher.h"
#include "bulkhead/match/statement.h"
#include "bulkhead/model/os.h"
#include "bulkhead/model/package.h"

namespace bulkhead::match {

/// One statement about what was asked for, and what came of it for one package.
struct Evidence {
  advisory::Statement statement;
  Verdict verdict;
  std::string refusal;  // why the versions could not be compared; else empty
};

struct PackageEvidence {
  std::size_t package;             // its place in the caller's list
  std::vector<Evidence> evidence;  // at least one
};

/// All that the data say of `id` (an advisory, a CVE or an alias, in any letter case) about
/// installed packages, each statement held against the package as matching holds it.
/// @return  In the order of `packages`; those of which nothing is said are left out.
/// @error io  The data cannot be read.
Result<std::vector<PackageEvidence>> explain(const std::vector<Package>& packages,
                                             const std::optional<OsInfo>& os,
                                             AdvisorySource& source, std::string_view id);

/// Why a statement holds for `package` or does not, as a sentence without its end:
/// "3.0.11-1 has the fix, it is not below 3.0.10-2".
std::string sentence_of(const Evidence& evidence, const Package& package);

}  // namespace bulkhead::match
