#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/limits.h"
#include "bulkhead/io/source.h"

namespace bulkhead::archive {

/// One member of a zip's central directory.
struct ZipMember {
  std::string name;          // bytes as stored
  std::uint16_t method = 0;  // 0 stored, 8 deflate; others cannot be read
  bool is_encrypted = false;
  std::uint32_t crc32 = 0;
  std::uint64_t stored_bytes = 0;
  std::uint64_t size_bytes = 0;     // uncompressed, as the directory says
  std::uint64_t header_offset = 0;  // of the local header in the source
};

/// Reads the central directory (zip64 too; bytes before the first local header are allowed, as in
/// self-extracting files).
///
/// @error malformed, truncated  No end record, or a directory that leaves the source.
/// @error limit_exceeded        More than `Limits::entries` members, a name longer than
/// `Limits::path_bytes`.
/// @see PKWARE APPNOTE 6.3.9, sections 4.3 and 4.5.
Result<std::vector<ZipMember>> read_zip_directory(const io::Source& source, const Limits& limits);

/// The same, a member at a time: for those who want few of many. An error of `visit` ends it. That
/// the directory has another number of members than it says is found out behind the last one.
Result<void> walk_zip_directory(const io::Source& source, const Limits& limits,
                                const std::function<Result<void>(ZipMember&&)>& visit);

/// Where a stored member's bytes lie in the source; nothing where it is compressed or encrypted.
///
/// @error malformed, truncated  As read_zip_member; the CRC-32 is not checked.
Result<std::optional<std::uint64_t>> find_stored_member(const io::Source& source,
                                                        const ZipMember& member);

/// Hands one member's bytes to `take`, a piece at a time. What it took is only known to be right
/// when this returns.
///
/// @param most  The size above which it is refused, whatever the directory says.
/// @error As read_zip_member; and those of `take`.
Result<void> stream_zip_member(const io::Source& source, const ZipMember& member,
                               std::uint64_t most,
                               const std::function<Result<void>(ByteView)>& take);

/// Reads one member whole.
///
/// @param most  The size above which it is refused, whatever the directory says.
/// @error malformed  The data or its CRC-32 does not hold; unsupported: method or encryption.
Result<std::string> read_zip_member(const io::Source& source, const ZipMember& member,
                                    std::uint64_t most);

}  // namespace bulkhead::archive
