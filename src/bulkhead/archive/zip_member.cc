#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "bulkhead/archive/zip.h"
#include "bulkhead/archive/zip_layout.h"
#include "bulkhead/io/crc32.h"
#include "bulkhead/io/inflater.h"

namespace bulkhead::archive {
namespace {

constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflate = 8;
// Deflate codes at most 258 bytes in two bits.
constexpr std::uint64_t kDeflateRatio = 1032;
constexpr std::size_t kChunkBytes = 64 << 10;

std::unique_ptr<io::Inflater> make_inflater() {
#ifdef BULKHEAD_HAVE_ISAL
  return io::make_isal_inflater();
#else
  return io::make_zlib_inflater();
#endif
}

// Where the member's bytes start: the local header has a name and extra fields of its own.
Result<std::uint64_t> find_data(const io::Source& source, const ZipMember& member) {
  std::string header;
  BH_CHECK(read_exactly(source, member.header_offset, kLocalBytes, header));
  if (load_le<4>(as_bytes(header), 0) != kLocalMark) {
    return fail(Code::malformed, "zip: no local header where the directory says",
                member.header_offset);
  }
  const std::uint64_t data = member.header_offset + kLocalBytes + load_le<2>(as_bytes(header), 26) +
                             load_le<2>(as_bytes(header), 28);
  if (data > source.size() || member.stored_bytes > source.size() - data) {
    return fail(Code::truncated, "zip: a member's data leaves the file", data);
  }
  return data;
}

/// What inflating needs; an inflater alone has 90 KiB to be set up, more than most members have.
struct Workspace {
  std::unique_ptr<io::Inflater> inflater = make_inflater();
  std::string stored = {};
  std::string piece = std::string(kChunkBytes, '\0');
};

using Take = std::function<Result<void>(ByteView)>;

/// What came of a member: checked against what its directory says.
struct Read {
  std::uint64_t bytes = 0;
  std::uint32_t crc32 = 0;
};

// Grows with what comes, never by what the directory claims, and never past that.
Result<Read> inflate(const io::Source& source, const ZipMember& member, std::uint64_t offset,
                     const Take& take) {
  static thread_local Workspace workspace;  // kept from member to member
  io::Inflater& inflater = *workspace.inflater;
  inflater.reset();
  std::string& stored = workspace.stored;
  std::string& piece = workspace.piece;
  const MutableByteView room(reinterpret_cast<std::byte*>(piece.data()), piece.size());
  Read out;
  ByteView in;
  std::uint64_t left = member.stored_bytes;
  io::Inflater::Inflated step;
  while (step.state == io::Inflater::State::running) {
    if (in.empty() && left > 0) {
      const auto next = static_cast<std::size_t>(std::min<std::uint64_t>(left, kChunkBytes));
      BH_CHECK(read_exactly(source, offset + member.stored_bytes - left, next, stored));
      in = as_bytes(stored);
      left -= next;
    }
    step = inflater.inflate(in, room);
    in = in.subspan(step.consumed);
    if (step.produced > member.size_bytes - out.bytes) {
      return fail(Code::malformed, "zip: a member has more bytes than the directory says", offset);
    }
    BH_CHECK(take(ByteView(room).first(step.produced)));
    out.bytes += step.produced;
    if (step.consumed == 0 && step.produced == 0 && (!in.empty() || left == 0)) break;
  }
  if (step.state != io::Inflater::State::done) {
    return fail(Code::malformed, "zip: a member's deflate data is damaged or cut", offset);
  }
  out.crc32 = inflater.crc();
  return out;
}

Result<Read> copy(const io::Source& source, const ZipMember& member, std::uint64_t offset,
                  const Take& take) {
  Read out;
  std::string piece;
  while (out.bytes < member.stored_bytes) {
    const auto next = static_cast<std::size_t>(
        std::min<std::uint64_t>(member.stored_bytes - out.bytes, kChunkBytes));
    BH_CHECK(read_exactly(source, offset + out.bytes, next, piece));
    out.crc32 = io::update_crc32(out.crc32, as_bytes(piece));
    BH_CHECK(take(as_bytes(piece)));
    out.bytes += next;
  }
  return out;
}

Error bad_size(const ZipMember& member) {
  return {Code::malformed,
          "zip: a member's size is not one that its data can have",
          {},
          member.header_offset};
}

}  // namespace

Result<std::optional<std::uint64_t>> find_stored_member(const io::Source& source,
                                                        const ZipMember& member) {
  if (member.is_encrypted || member.method != kStored) return std::optional<std::uint64_t>{};
  if (member.size_bytes != member.stored_bytes) return std::unexpected(bad_size(member));
  BH_TRY(const std::uint64_t offset, find_data(source, member));
  return std::optional(offset);
}

Result<void> stream_zip_member(const io::Source& source, const ZipMember& member,
                               std::uint64_t most, const Take& take) {
  const std::uint64_t at = member.header_offset;
  if (member.is_encrypted) return fail(Code::unsupported, "zip: a member is encrypted", at);
  if (member.method != kStored && member.method != kDeflate) {
    return fail(Code::unsupported, fmt::format("zip: compression method {}", member.method), at);
  }
  if (member.size_bytes > most) {
    return fail(Code::limit_exceeded, fmt::format("zip: a member has more than {} bytes", most),
                at);
  }
  BH_TRY(const std::uint64_t offset, find_data(source, member));
  // `stored_bytes` lies in the source from here on, so real bytes bound the size.
  const bool is_deflate = member.method == kDeflate;
  const bool is_possible = is_deflate ? member.size_bytes / kDeflateRatio <= member.stored_bytes
                                      : member.size_bytes == member.stored_bytes;
  if (!is_possible) return std::unexpected(bad_size(member));
  BH_TRY(const Read read,
         is_deflate ? inflate(source, member, offset, take) : copy(source, member, offset, take));
  if (read.bytes != member.size_bytes) {
    return fail(Code::malformed, "zip: a member has fewer bytes than the directory says", at);
  }
  if (read.crc32 != member.crc32) {
    return fail(Code::malformed, "zip: a member's CRC-32 does not hold", at);
  }
  return {};
}

Result<std::string> read_zip_member(const io::Source& source, const ZipMember& member,
                                    std::uint64_t most) {
  std::string out;
  BH_CHECK(stream_zip_member(source, member, most, [&](ByteView piece) -> Result<void> {
    out.append(as_text(piece));
    return {};
  }));
  return out;
}

}  // namespace bulkhead::archive
