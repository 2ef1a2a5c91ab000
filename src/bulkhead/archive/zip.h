#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

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

/// Reads one member whole.
///
/// @param most  The size above which it is refused, whatever the directory says.
/// @error malformed  The data or its CRC-32 does not hold; unsupported: method or encryption.
Result<std::string> read_zip_member(const io::Source& source, const ZipMember& member,
                                    std::uint64_t most);

}  // namespace bulkhead::archive
