#pragma once

#include <cstdint>
#include <string>

#include "bulkhead/advisory/record_sink.h"
#include "bulkhead/advisory/staging.h"
#include "bulkhead/base/error.h"

namespace bulkhead::advisory {

/// A feed's finished file.
struct WrittenFeed {
  std::string file;  // in the folder: "<sha256>.sqlite"
  std::uint64_t size_bytes = 0;
  std::uint64_t records = 0;
  std::int64_t newest_unix_s = 0;  // the latest date in its records; 0 where they have none
};

/// Writes the rows of one feed, in the order of their keys, into an SQLite file that is named by
/// its digest and on the disk when this returns. The same records give the same bytes.
///
/// Tables: `statements` (package, n, id, facts: see row_codec.h), clustered by package, for
/// look-ups; `advisories` (n, id, title, detail, refs, published, modified, packages), the words
/// and, for searches, the packages whose statements are of it; `names` (first, block: see
/// name_index.h); `support` (os, release, ends, extended, source); `scores`
/// (first, block: see cve_scores.h), what is known of CVEs and is nothing but an EPSS.
Result<WrittenFeed> write_feed(const std::string& folder, const FeedKey& key, Staging& staging,
                               Staging::FeedIndex feed);

}  // namespace bulkhead::advisory
