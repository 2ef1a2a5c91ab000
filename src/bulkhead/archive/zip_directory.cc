#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/archive/zip.h"
#include "bulkhead/archive/zip_layout.h"

namespace bulkhead::archive {
namespace {

/// Where the end records say that the directory is.
struct Directory {
  std::uint64_t records = 0;
  std::uint64_t size_bytes = 0;
  std::uint64_t offset = 0;  // from the archive's first byte, which may not be the file's
  std::uint64_t end = 0;     // of the first end record in the file
};

// Reads the directory front to back through one buffer.
class DirectoryReader {
 public:
  DirectoryReader(const io::Source& source, std::uint64_t begin, std::uint64_t end)
      : source_(source), next_(begin), end_(end) {}

  std::uint64_t offset() const { return next_ - (buffer_.size() - at_); }

  /// The next `count` bytes without taking them; none where the directory ends before. The view
  /// holds until the next call.
  Result<std::optional<ByteView>> peek(std::size_t count) {
    if (buffer_.size() - at_ < count) {
      buffer_.erase(0, at_);
      at_ = 0;
      const std::size_t have = buffer_.size();
      const std::uint64_t more = std::min<std::uint64_t>(end_ - next_, kBufferBytes);
      std::string fresh;
      BH_CHECK(read_exactly(source_, next_, static_cast<std::size_t>(more), fresh));
      next_ += more;
      buffer_ += fresh;
      if (have + more < count) return std::optional<ByteView>{};
    }
    return std::optional(as_bytes(buffer_).subspan(at_, count));
  }

  void take(std::size_t count) { at_ += count; }

 private:
  // The largest record, a header with a name, extra fields and a comment of 64 KiB each, fits.
  static constexpr std::size_t kBufferBytes = 256 << 10;
  const io::Source& source_;
  std::uint64_t next_;  // first byte that is not in the buffer yet
  std::uint64_t end_;
  std::string buffer_;
  std::size_t at_ = 0;
};

// The last place in the file's tail that has the mark and room for the comment it names, as Go's
// reader looks for it.
Result<std::uint64_t> find_end(const io::Source& source, std::string& tail) {
  const std::uint64_t size = source.size();
  const auto length = std::min<std::uint64_t>(size, kEndBytes + kMaxCommentBytes);
  BH_CHECK(read_exactly(source, size - length, static_cast<std::size_t>(length), tail));
  const ByteView bytes = as_bytes(tail);
  for (std::size_t at = tail.size() < kEndBytes ? 0 : tail.size() - kEndBytes + 1; at-- > 0;) {
    if (load_le<4>(bytes, at) != kEndMark) continue;
    if (load_le<2>(bytes, at + 20) > tail.size() - at - kEndBytes) continue;
    tail.erase(0, at);
    return size - length + at;
  }
  return fail(Code::malformed, "zip: no end record", size);
}

Result<bool> has_mark(const io::Source& source, std::uint64_t offset, std::uint32_t mark) {
  if (offset > source.size() || source.size() - offset < 4) return false;
  std::string bytes;
  BH_CHECK(read_exactly(source, offset, 4, bytes));
  return load_le<4>(as_bytes(bytes), 0) == mark;
}

// The zip64 end record stands where its locator says or, if bytes were put before the archive,
// right before the locator.
Result<void> read_end64(const io::Source& source, Directory& directory) {
  const std::uint64_t end = directory.end;
  if (end < kLocator64Bytes) return {};
  const std::uint64_t locator = end - kLocator64Bytes;
  std::string bytes;
  BH_CHECK(read_exactly(source, locator, kLocator64Bytes, bytes));
  if (load_le<4>(as_bytes(bytes), 0) != kLocator64Mark) return {};
  std::uint64_t offset = load_le<8>(as_bytes(bytes), 8);
  BH_TRY(const bool is_there, has_mark(source, offset, kEnd64Mark));
  if (!is_there) {
    if (locator < kEnd64Bytes) return fail(Code::malformed, "zip: no zip64 end record", locator);
    offset = locator - kEnd64Bytes;
    BH_TRY(const bool is_before, has_mark(source, offset, kEnd64Mark));
    if (!is_before) return fail(Code::malformed, "zip: no zip64 end record", locator);
  }
  BH_CHECK(read_exactly(source, offset, kEnd64Bytes, bytes));
  directory.records = load_le<8>(as_bytes(bytes), 32);
  directory.size_bytes = load_le<8>(as_bytes(bytes), 40);
  directory.offset = load_le<8>(as_bytes(bytes), 48);
  directory.end = offset;
  return {};
}

Result<Directory> read_ends(const io::Source& source) {
  std::string tail;
  Directory directory;
  BH_TRY(directory.end, find_end(source, tail));
  const ByteView end = as_bytes(tail);
  directory.records = load_le<2>(end, 10);
  directory.size_bytes = load_le<4>(end, 12);
  directory.offset = load_le<4>(end, 16);
  if (directory.records == 0xffff || directory.size_bytes == 0xffffffff ||
      directory.offset == 0xffffffff) {
    BH_CHECK(read_end64(source, directory));
  }
  return directory;
}

// How many bytes stand before the archive's own first. Where the directory is found at its plain
// offset there are none, whatever the sizes say (Go's reader decides the same way).
Result<std::uint64_t> find_base(const io::Source& source, const Directory& directory) {
  if (directory.size_bytes > directory.end ||
      directory.offset > directory.end - directory.size_bytes) {
    return fail(Code::malformed, "zip: the directory leaves the file", directory.end);
  }
  const std::uint64_t base = directory.end - directory.size_bytes - directory.offset;
  if (base == 0) return base;
  BH_TRY(const bool is_plain, has_mark(source, directory.offset, kCentralMark));
  return is_plain ? 0 : base;
}

// Sizes and offset that did not fit stand in the extra field 1, in this order.
Result<void> apply_zip64(ByteView extra, ZipMember& member, std::uint64_t at) {
  const bool needs[] = {member.size_bytes == 0xffffffff, member.stored_bytes == 0xffffffff,
                        member.header_offset == 0xffffffff};
  std::uint64_t* const slots[] = {&member.size_bytes, &member.stored_bytes, &member.header_offset};
  while (extra.size() >= 4) {
    const std::uint64_t id = load_le<2>(extra, 0);
    const auto size = static_cast<std::size_t>(load_le<2>(extra, 2));
    extra = extra.subspan(4);
    if (size > extra.size()) break;  // others end their extra fields as they like
    ByteView values = extra.first(size);
    extra = extra.subspan(size);
    if (id != 1) continue;
    for (std::size_t i = 0; i < 3; ++i) {
      if (!needs[i]) continue;
      if (values.size() < 8) return fail(Code::malformed, "zip: a zip64 field is too short", at);
      *slots[i] = load_le<8>(values, 0);
      values = values.subspan(8);
    }
    return {};
  }
  return {};  // a size of exactly 2^32 - 1
}

constexpr std::uint64_t kEncryptedFlags = 1 | 1 << 6 | 1 << 13;  // data, strongly, or its header

ZipMember parse_central(ByteView header) {
  ZipMember member;
  member.is_encrypted = (load_le<2>(header, 8) & kEncryptedFlags) != 0;
  member.method = static_cast<std::uint16_t>(load_le<2>(header, 10));
  member.crc32 = static_cast<std::uint32_t>(load_le<4>(header, 16));
  member.stored_bytes = load_le<4>(header, 20);
  member.size_bytes = load_le<4>(header, 24);
  member.header_offset = load_le<4>(header, 42);
  return member;
}

}  // namespace

Result<void> walk_zip_directory(const io::Source& source, const Limits& limits,
                                const std::function<Result<void>(ZipMember&&)>& visit) {
  BH_TRY(const Directory directory, read_ends(source));
  BH_TRY(const std::uint64_t base, find_base(source, directory));
  DirectoryReader reader(source, base + directory.offset, directory.end);
  std::uint64_t members = 0;
  while (true) {
    const std::uint64_t offset = reader.offset();
    BH_TRY(const auto fixed, reader.peek(kCentralBytes));
    if (!fixed || load_le<4>(*fixed, 0) != kCentralMark) break;
    if (members >= limits.entries) {
      return fail(Code::limit_exceeded,
                  fmt::format("zip: more than {} members (--max-entries)", limits.entries), offset);
    }
    ZipMember member = parse_central(*fixed);
    const auto name_bytes = static_cast<std::size_t>(load_le<2>(*fixed, 28));
    const auto extra_bytes = static_cast<std::size_t>(load_le<2>(*fixed, 30));
    const std::size_t whole =
        kCentralBytes + name_bytes + extra_bytes + static_cast<std::size_t>(load_le<2>(*fixed, 32));
    if (name_bytes > limits.path_bytes) {
      return fail(Code::limit_exceeded, "zip: a name is longer than --max-path-bytes", offset);
    }
    BH_TRY(const auto record, reader.peek(whole));
    if (!record) return fail(Code::truncated, "zip: the directory is cut", offset);
    member.name = as_text(record->subspan(kCentralBytes, name_bytes));
    BH_CHECK(apply_zip64(record->subspan(kCentralBytes + name_bytes, extra_bytes), member, offset));
    if (member.header_offset > source.size() - base) {
      return fail(Code::malformed, "zip: a member's header leaves the file", offset);
    }
    member.header_offset += base;
    reader.take(whole);
    ++members;
    BH_CHECK(visit(std::move(member)));
  }
  // Writers without zip64 let the 16-bit count run over; all readers compare it so.
  if ((members & 0xffff) != (directory.records & 0xffff)) {
    return fail(Code::malformed,
                fmt::format("zip: the directory has {} members where its end record says {}",
                            members, directory.records),
                reader.offset());
  }
  return {};
}

Result<std::vector<ZipMember>> read_zip_directory(const io::Source& source, const Limits& limits) {
  std::vector<ZipMember> members;
  BH_CHECK(walk_zip_directory(source, limits, [&](ZipMember&& member) -> Result<void> {
    members.push_back(std::move(member));
    return {};
  }));
  return members;
}

}  // namespace bulkhead::archive
