#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"

namespace bulkhead::archive {

enum class EntryType : std::uint8_t {
  file,
  directory,
  symlink,
  hardlink,
  char_device,
  block_device,
  fifo
};

/// One member of an archive, all extensions resolved. Views die when `begin` returns.
struct EntryHeader {
  std::string_view path;  // bytes as stored: may be absolute, hold "..", "./" or "//"
  std::string_view link;  // target of a symlink or hardlink, as stored
  EntryType type = EntryType::file;
  std::uint32_t mode = 0;  // permission bits with setuid, setgid and sticky: 07777
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  std::uint64_t size_bytes = 0;  // of the file as it would be unpacked (a sparse file's real size)
  std::int64_t mtime_unix_s = 0;
  std::uint32_t device_major = 0;
  std::uint32_t device_minor = 0;
  /// Extended attributes: name and value ("security.capability", bytes).
  std::span<const std::pair<std::string_view, std::string_view>> xattrs;
  std::uint64_t offset = 0;       // of the member's first header in the archive
  std::uint64_t data_offset = 0;  // of its stored bytes in the archive
};

/// Receives the entries of one archive in stored order.
///
/// Calls arrive as begin, data*, end for each entry. Every view is valid only until the call
/// returns; copy what you keep. An error stops the walk and comes back from the walker.
class EntrySink {
 public:
  enum class Want { skip, stream };
  virtual ~EntrySink() = default;
  virtual Result<Want> begin(const EntryHeader& header) = 0;
  /// Bytes of a file whose `begin` said `stream`, in order, holes of sparse files as zeros.
  virtual Result<void> data(ByteView chunk) = 0;
  virtual Result<void> end() = 0;
  /// After `data`: the rest of this entry's bytes is of no use. A walker that can pass over them
  /// may call `end` at once.
  virtual bool is_sated() const { return false; }
  /// A record that was passed over (the walk goes on): `error.offset` is in the archive.
  /// `is_gap` says that something is lost by it.
  virtual void note(Error error, bool is_gap) = 0;
};

}  // namespace bulkhead::archive
