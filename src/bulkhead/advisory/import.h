#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/sources.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/model/advisory.h"
#include "bulkhead/model/note.h"

namespace bulkhead::advisory {

/// What became of the documents of one format: nothing is passed over unseen.
struct FormatTally {
  std::string_view format;
  std::uint64_t documents = 0;
  std::uint64_t kept = 0;       // records of which something was kept
  std::uint64_t withdrawn = 0;  // records that their publisher took back
  std::uint64_t empty = 0;      // documents that say nothing of any package, though well formed
  std::uint64_t noted = 0;      // notes on records, parts of them and whole documents
};

struct ImportResult {
  std::vector<FeedInfo> feeds;       // what was written, sorted by name
  std::uint64_t records = 0;         // advisories that were read
  std::vector<FormatTally> formats;  // of which there was any document, sorted by name
  std::vector<Note> notes;           // records and files that were passed over, each with its place
};

/// Reads advisory data and replaces the feeds that it belongs to.
///
/// @param folder  The store (made if it does not exist).
/// @param paths   Files, folders, zips, tars (each compression): looked into, the format of each
///                file is told by its content.
/// A feed is replaced as a whole and at once, when all paths have been read: `current` is replaced
/// by a rename. Until then, and if the import is killed, the old data stands. Scans that run
/// go on with the data that they opened.
/// @error io, not_found  Nothing could be read or written at all.
Result<ImportResult> import_paths(const std::string& folder, const std::vector<std::string>& paths,
                                  const RunContext& context);

/// Reads one fetched file, a publication as a whole, and replaces the feeds that it gives: all of
/// them, or (what a hand-given file does not ask for) none.
///
/// @param file  What it is to be: one of its feeds at least must be of it.
/// @error malformed, truncated, ...  An archive or a stream of it is damaged, or there is nothing
///                                   of `file` in it: an error page, another's data. The store
///                                   is as it was.
Result<ImportResult> import_publication(const std::string& folder, const std::string& path,
                                        const SourceFile& file, const RunContext& context);

}  // namespace bulkhead::advisory
