#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/archive/entry_sink.h"
#include "bulkhead/archive/tar_header.h"
#include "bulkhead/archive/tar_pax.h"
#include "bulkhead/base/limits.h"

// What the header blocks of one member say together. Internal to the room.
namespace bulkhead::archive {

/// The extension headers that stand before a member; its buffers are used again and again.
struct TarExtensions {
  std::optional<std::uint64_t> offset;  // of the first of them
  bool has_name = false, has_link = false, has_pax = false;
  bool is_lost = false;  // one was too large to read: nobody knows the member's name
  std::string name, link, pax_text;
  PaxRecords pax;

  void clear();
};

/// What global headers said last. Extended attributes of global headers are not taken: no writer
/// makes them, and they would have to be handed on with every member.
struct TarGlobals {
  unsigned set = 0;  // PaxField bits
  std::string path, link;
  std::uint64_t size_bytes = 0, uid = 0, gid = 0;
  std::int64_t mtime_unix_s = 0;

  void apply(const PaxRecords& records);
};

enum class SparseForm { none, old_gnu, records, text };

struct TarMember {
  EntryHeader header;
  std::uint64_t stored_bytes = 0;
  SparseForm sparse = SparseForm::none;
  std::uint64_t real_bytes = 0;  // of a sparse file
  /// A link or directory whose header has a size. Some writers store the bytes (POSIX pax for
  /// hard links), most do not; Go's reader never takes any. The next block tells.
  bool may_lack_data = false;
  /// Why the member cannot be handed on; null where it can.
  const char* drop = nullptr;
  Code drop_code = Code::malformed;  // with `drop`
};

/// Room for "PREFIX/NAME".
using TarNameBuffer = std::array<char, 256>;

/// Everything that `block` and what stands before it say. The views of the result point into
/// `block`, `extensions`, `globals` and `joined`.
///
/// What the readers disagree on is done as Go's archive/tar does it, since that is what unpacks
/// images: a GNU long name goes over a pax path, and GNU.sparse.name over both.
///
/// @param sink  Told of fields that could not be read.
/// @error malformed  The stored size is negative or unreadable: the next header is anywhere.
Result<TarMember> resolve_member(TarBlock block, const TarExtensions& extensions,
                                 const TarGlobals& globals, TarNameBuffer& joined,
                                 std::uint64_t offset, const Limits& limits, EntrySink& sink);

}  // namespace bulkhead::archive
