#pragma once

#include "bulkhead/catalog/random_file.h"
#include "bulkhead/catalog/rpm/records.h"

namespace bulkhead::catalog::rpm {

/// Do the first bytes of a file look like an NDB?
bool is_ndb(ByteView head);

/// Reads rpm's own format `Packages.db` (SUSE): a header, pages of slots that say where each
/// package's blob lies, then the blobs, each between a head and a tail with its Adler-32. Numbers
/// are little-endian; blobs are counted in blocks of 16 bytes.
///
/// A slot or blob that is damaged is noted with its offset, and the others are read. Linear in the
/// size of the file: blobs together cannot be larger than it.
/// @error truncated, malformed, unsupported  Its header cannot be made sense of.
/// @see rpm 4.18, lib/backend/ndb/rpmpkg.c
Result<void> read_ndb(const RandomFile& file, RecordKeeper& out);

}  // namespace bulkhead::catalog::rpm
