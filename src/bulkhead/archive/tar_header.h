#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"

// The fixed 512-byte blocks of a tar, before any extension is applied. Internal to the room.
namespace bulkhead::archive {

inline constexpr std::size_t kTarBlock = 512;
using TarBlock = std::span<const std::byte, kTarBlock>;

/// `bytes` rounded up to whole blocks.
/// @pre bytes <= 2^63
constexpr std::uint64_t whole_blocks(std::uint64_t bytes) {
  return (bytes + kTarBlock - 1) / kTarBlock * kTarBlock;
}

enum class BlockKind { zero, header, other };

/// Tells headers by their checksum: the sum of the bytes, the checksum field taken as spaces.
/// POSIX sums unsigned bytes; some old writers summed signed ones, and all readers take both.
BlockKind classify_block(TarBlock block);

/// A numeric field and whether it could be read; where it could not, `value` is 0.
struct TarNumber {
  std::int64_t value = 0;
  bool is_good = true;
};

/// The fields of one header block. The views point into the block; texts end at their first NUL
/// or fill their field.
struct TarFields {
  std::string_view name;
  std::string_view link;
  std::string_view prefix;  // empty in dialects that keep other things there
  char type = '0';
  bool is_v7 = false;  // no magic: nothing after the link's name means anything
  TarNumber mode, uid, gid, size, mtime;
};

TarFields read_fields(TarBlock block);

/// The type flag alone.
char read_type(TarBlock block);

/// Device numbers: read only for the members that are devices.
struct TarDevice {
  TarNumber major, minor;
};

TarDevice read_device(TarBlock block);

/// Text of a field up to its first NUL.
std::string_view field_text(ByteView field);

}  // namespace bulkhead::archive
