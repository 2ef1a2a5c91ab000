#pragma once

#include "bulkhead/catalog/random_file.h"
#include "bulkhead/catalog/rpm/records.h"

namespace bulkhead::catalog::rpm {

/// Do the first bytes of a file (64 suffice) look like a Berkeley DB, of any kind and byte order?
bool is_bdb(ByteView head);

/// Reads rpm's `Packages` as Berkeley DB keeps it: a hash from the number of a package to its
/// header. Pages are looked at one by one and not by their buckets, so that a damaged page costs
/// only what lies on it; a header that does not fit on its page lies in a chain of overflow pages.
///
/// Linear in the size of the file: no overflow page is used twice. What is damaged is noted with
/// its offset, and the rest is read.
/// @error unsupported  A B-tree (rpm 5), an encrypted database, another kind or version.
/// @error truncated, malformed  Its first page cannot be made sense of.
/// @see Berkeley DB 5.3, src/dbinc/db_page.h
Result<void> read_bdb(const RandomFile& file, RecordKeeper& out);

}  // namespace bulkhead::catalog::rpm
