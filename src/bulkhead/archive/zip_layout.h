#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"
#include "bulkhead/io/source.h"

// The fixed records of a zip, little-endian. Internal to the room.
/// @see PKWARE APPNOTE 6.3.9, sections 4.3.7 to 4.3.16 and 4.5.3.
namespace bulkhead::archive {

inline constexpr std::uint32_t kLocalMark = 0x04034b50;
inline constexpr std::uint32_t kCentralMark = 0x02014b50;
inline constexpr std::uint32_t kEndMark = 0x06054b50;
inline constexpr std::uint32_t kEnd64Mark = 0x06064b50;
inline constexpr std::uint32_t kLocator64Mark = 0x07064b50;

inline constexpr std::size_t kLocalBytes = 30;
inline constexpr std::size_t kCentralBytes = 46;
inline constexpr std::size_t kEndBytes = 22;
inline constexpr std::size_t kEnd64Bytes = 56;
inline constexpr std::size_t kLocator64Bytes = 20;
inline constexpr std::size_t kMaxCommentBytes = 0xffff;

/// The number of `Bytes` bytes at `at`.
/// @pre at + Bytes <= bytes.size()
template <std::size_t Bytes>
std::uint64_t load_le(ByteView bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = Bytes; i-- > 0;) {
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
  }
  return value;
}

/// Exactly `count` bytes at `offset`, into `out`.
/// @error truncated  The source ends before.
inline Result<void> read_exactly(const io::Source& source, std::uint64_t offset, std::size_t count,
                                 std::string& out) {
  if (offset > source.size() || count > source.size() - offset) {
    return fail(Code::truncated, "zip: a record leaves the file", offset);
  }
  out.resize(count);
  for (std::size_t have = 0; have < count;) {
    const auto rest = MutableByteView(reinterpret_cast<std::byte*>(out.data()), count);
    BH_TRY(const std::size_t got, source.read_at(offset + have, rest.subspan(have)));
    if (got == 0) return fail(Code::truncated, "zip: the file became shorter", offset + have);
    have += got;
  }
  return {};
}

}  // namespace bulkhead::archive
