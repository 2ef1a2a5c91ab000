#pragma once

#include <cstdint>
#include <memory>

#include "bulkhead/archive/entry_sink.h"
#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/limits.h"

namespace bulkhead::archive {

/// Reads a tar numeric field: octal text, or base-256 if the top bit is set.
///
/// @param field   8 or 12 raw header bytes; not NUL-terminated.
/// @return        The value (bytes for `size`, seconds since 1970 UTC for `mtime`); base-256
///                values may be negative. An empty field (NULs, spaces) is 0. What follows the
///                first space or NUL behind the digits is not looked at.
/// @error malformed       A byte other than 0-7, space or NUL before that.
/// @error limit_exceeded  The value needs more than 63 bits.
/// @see POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Extensions".
Result<std::int64_t> parse_tar_number(ByteView field);

/// Walks a tar as its bytes arrive: v7, ustar, pax (global and extended headers, SCHILY.xattr.*,
/// LIBARCHIVE.xattr.*, GNU.sparse.* 0.0, 0.1 and 1.0), GNU (long names and links, base-256, old
/// sparse with extension blocks, volume labels and multi-volume members noted).
///
/// Memory does not grow with the archive: one header's records, bounded by
/// `Limits::header_bytes`. File data is handed on from the caller's chunk without a copy.
/// The result does not depend on how the bytes are cut into chunks.
///
/// The archive ends at two zero blocks, as GNU tar and Go's archive/tar end it, or at a lone one
/// (both stop there; noted); what follows is left unread and `trailing_nonzero` counts what of it
/// is not zero. An archive that ends at a member's border without zero blocks is complete, also
/// where only the last filler lacks; one that ends inside a member is `truncated`, and that
/// member's `end` is not called.
///
/// A member that cannot be handed on truly (a path longer than `Limits::path_bytes`, an extension
/// header larger than `Limits::header_bytes`, a sparse map that does not fit its sizes) is left
/// out with a note, and the walk goes on as long as the next header's place is certain.
///
/// Holes of sparse files come as zeros, 64 MiB for one file and 1 GiB for the archive at most:
/// there the file ends for the sink, with a note, which is a gap if stored bytes were behind it.
///
/// A link, device or directory whose header has a size may or may not have data: if the next block
/// is a header it has none, as for Go's reader; else a hard link is streamed and what others have
/// is passed over.
class TarReader {
 public:
  /// `sink` and `limits` outlive the reader.
  TarReader(EntrySink& sink, const Limits& limits);
  ~TarReader();
  TarReader(const TarReader&) = delete;
  TarReader& operator=(const TarReader&) = delete;

  /// Takes the next bytes of the archive. After an error, or after the end, further bytes are
  /// only counted.
  /// @error malformed       A header whose checksum is wrong: nothing after it can be trusted.
  /// @error limit_exceeded  More entries than `Limits::entries`; an extension record too large.
  /// @error (the sink's)    What a sink call returned.
  Result<void> feed(ByteView chunk);

  /// The archive's last byte has been fed. After an error of `feed` there is nothing more to say.
  /// @error truncated  It ended inside a header or a member's data.
  Result<void> finish();

  /// How many of the next bytes nobody wants (the rest of a member that the sink skipped and its
  /// padding): a caller that can seek may pass over up to that many with `skip`.
  std::uint64_t skippable() const;
  /// @pre bytes <= skippable()
  void skip(std::uint64_t bytes);

  bool is_ended() const;                   // the end blocks have been seen
  std::uint64_t trailing_nonzero() const;  // bytes that are not zero after the end blocks
  std::uint64_t entry_count() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace bulkhead::archive
