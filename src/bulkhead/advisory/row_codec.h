#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/store.h"
#include "bulkhead/base/error.h"
#include "bulkhead/model/advisory.h"

namespace bulkhead::advisory {

/// The version of the rows' layout and the tables around them; files of another are refused.
inline constexpr int kStoreVersion = 3;

/// What a look-up needs of one statement, as one blob of a row: six bytes (status, fix state,
/// severity of the package, severity of the advisory, kind of name, malicious), the repository and
/// the module as texts, then, each as a count and so many, ranges (introduced, fixed, last
/// affected), versions, architectures, CVEs, aliases, CVSS (version, vector, source, score in
/// tenths) and at most one EPSS (score, percentile, in millionths). A count or length is a LEB128
/// number.
std::string encode_statement(const Advisory& advisory, const AffectedPackage& affected);

/// Fills in all of `statement` but feed, id, ecosystem and name.
/// @error malformed  The blob is damaged.
Result<void> decode_statement(std::string_view blob, Statement& statement);

/// A list of texts in the same way.
std::string encode_texts(const std::vector<std::string>& texts);
/// @error malformed  The blob is damaged.
Result<std::vector<std::string>> decode_texts(std::string_view blob);

}  // namespace bulkhead::advisory
