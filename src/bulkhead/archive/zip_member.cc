#include <algorithm>
#include <memory>
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

struct Inflated {
  std::string bytes;
  std::uint32_t crc32 = 0;
};

// Grows with what comes, never by what the directory claims, and never past that.
Result<Inflated> inflate(const io::Source& source, const ZipMember& member, std::uint64_t offset) {
  static thread_local Workspace workspace;  // kept from member to member
  io::Inflater& inflater = *workspace.inflater;
  inflater.reset();
  std::string& stored = workspace.stored;
  std::string& piece = workspace.piece;
  const MutableByteView room(reinterpret_cast<std::byte*>(piece.data()), piece.size());
  std::string out;
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
    if (step.produced > member.size_bytes - out.size()) {
      return fail(Code::malformed, "zip: a member has more bytes than the directory says", offset);
    }
    out.append(piece, 0, step.produced);
    if (step.consumed == 0 && step.produced == 0 && (!in.empty() || left == 0)) break;
  }
  if (step.state != io::Inflater::State::done) {
    return fail(Code::malformed, "zip: a member's deflate data is damaged or cut", offset);
  }
  return Inflated{std::move(out), inflater.crc()};
}

}  // namespace

Result<std::string> read_zip_member(const io::Source& source, const ZipMember& member,
                                    std::uint64_t most) {
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
  if (!is_possible) {
    return fail(Code::malformed, "zip: a member's size is not one that its data can have", at);
  }
  Inflated out;
  if (is_deflate) {
    BH_TRY(out, inflate(source, member, offset));
  } else {
    const auto size = static_cast<std::size_t>(member.stored_bytes);
    BH_CHECK(read_exactly(source, offset, size, out.bytes));
    out.crc32 = io::update_crc32(0, as_bytes(out.bytes));
  }
  if (out.bytes.size() != member.size_bytes) {
    return fail(Code::malformed, "zip: a member has fewer bytes than the directory says", at);
  }
  if (out.crc32 != member.crc32) {
    return fail(Code::malformed, "zip: a member's CRC-32 does not hold", at);
  }
  return std::move(out.bytes);
}

}  // namespace bulkhead::archive
