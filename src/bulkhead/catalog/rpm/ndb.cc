#include "bulkhead/catalog/rpm/ndb.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "bulkhead/catalog/rpm/numbers.h"

namespace bulkhead::catalog::rpm {
namespace {

constexpr std::uint32_t mark(std::string_view text) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(text[i]);
  return value;
}

constexpr std::uint32_t kHeaderMark = mark("RpmP");
constexpr std::uint32_t kSlotMark = mark("Slot");
constexpr std::uint32_t kHeadMark = mark("BlbS");
constexpr std::uint32_t kTailMark = mark("BlbE");
constexpr std::uint64_t kHeaderBytes = 32;
constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t kSlotBytes = 16;
constexpr std::uint64_t kBlockBytes = 16;
constexpr std::uint64_t kHeadBytes = 16;
constexpr std::uint64_t kTailBytes = 12;

/// RFC 1950, section 8.2.
std::uint32_t adler32(ByteView bytes) {
  constexpr std::uint32_t kModulus = 65521;
  constexpr std::size_t kMostAtOnce = 5552;  // before the sums could leave 32 bits
  std::uint32_t a = 1, b = 0;
  while (!bytes.empty()) {
    const ByteView now = bytes.first(std::min(bytes.size(), kMostAtOnce));
    for (const std::byte byte : now) {
      a += std::to_integer<std::uint32_t>(byte);
      b += a;
    }
    a %= kModulus;
    b %= kModulus;
    bytes = bytes.subspan(now.size());
  }
  return b << 16 | a;
}

struct Slot {
  std::uint32_t package = 0;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;  // head, data, padding and tail
};

class NdbReader {
 public:
  NdbReader(const RandomFile& file, RecordKeeper& out) : file_(file), out_(out) {}

  Result<void> read() {
    if (file_.size() < kHeaderBytes) return fail(Code::truncated, "shorter than its header");
    BH_TRY(const ByteView header, file_.read(0, kHeaderBytes, scratch_));
    if (load_le<4>(header, 0) != kHeaderMark) return fail(Code::malformed, "no NDB header");
    if (const std::uint32_t version = load_le<4>(header, 4); version != 0) {
      return fail(Code::unsupported, fmt::format("NDB of version {}", version), 4);
    }
    const std::uint64_t slot_end = load_le<4>(header, 12) * kPageBytes;
    if (slot_end == 0) return fail(Code::malformed, "it has no pages of slots", 12);
    if (slot_end > file_.size()) {
      out_.gap(Code::truncated, "the file ends inside its slots", file_.size());
    }
    const std::uint64_t end = std::min(slot_end, file_.size());
    for (std::uint64_t at = kHeaderBytes; at + kSlotBytes <= end && !out_.is_full();
         at += kSlotBytes) {
      BH_CHECK(read_slot(at, slot_end));
    }
    return {};
  }

 private:
  Result<void> read_slot(std::uint64_t at, std::uint64_t slot_end) {
    BH_TRY(const ByteView bytes, file_.read(at, kSlotBytes, scratch_));
    if (load_le<4>(bytes, 0) != kSlotMark) {
      out_.gap(Code::malformed, "a slot without its mark", at);
      return {};
    }
    const Slot slot{load_le<4>(bytes, 4), load_le<4>(bytes, 8) * kBlockBytes,
                    load_le<4>(bytes, 12) * kBlockBytes};
    if (slot.package == 0 && slot.offset == 0) return {};  // free
    if (slot.package == 0 || slot.offset < slot_end || slot.bytes < kHeadBytes + kTailBytes) {
      out_.gap(Code::malformed, fmt::format("the slot of package {} is damaged", slot.package), at);
      return {};
    }
    if (slot.offset > file_.size() || slot.bytes > file_.size() - slot.offset) {
      out_.gap(Code::truncated,
               fmt::format("package {} lies beyond the end of the file", slot.package), at);
      return {};
    }
    // Blobs do not overlap: a file whose slots say otherwise would be read again and again.
    blob_bytes_ += slot.bytes;
    if (blob_bytes_ > file_.size()) {
      return fail(Code::malformed, "its packages overlap; the rest is left out", at);
    }
    return read_blob(slot);
  }

  Result<void> read_blob(const Slot& slot) {
    if (slot.bytes > out_.limits().rpm_header_bytes) {
      out_.gap(Code::limit_exceeded,
               fmt::format("a header of {} bytes (--max-rpm-header-bytes)", slot.bytes),
               slot.offset);
      return {};
    }
    BH_TRY(const ByteView blob, file_.read(slot.offset, slot.bytes, scratch_));
    const std::uint64_t tail = slot.bytes - kTailBytes;
    const std::uint64_t length = load_le<4>(blob, 12);
    if (load_le<4>(blob, 0) != kHeadMark || load_le<4>(blob, 4) != slot.package ||
        length > tail - kHeadBytes || load_le<4>(blob, tail + 4) != length ||
        load_le<4>(blob, tail + 8) != kTailMark) {
      out_.gap(Code::malformed, fmt::format("the blob of package {} is damaged", slot.package),
               slot.offset);
    } else if (load_le<4>(blob, tail) != adler32(blob.first(tail))) {
      out_.gap(Code::malformed, fmt::format("the checksum of package {} is wrong", slot.package),
               slot.offset);
    } else {
      out_.add_header(blob.subspan(kHeadBytes, length), slot.offset + kHeadBytes);
    }
    return {};
  }

  const RandomFile& file_;
  RecordKeeper& out_;
  std::uint64_t blob_bytes_ = 0;
  std::string scratch_;
};

}  // namespace

bool is_ndb(ByteView head) { return head.size() >= 4 && load_le<4>(head, 0) == kHeaderMark; }

Result<void> read_ndb(const RandomFile& file, RecordKeeper& out) {
  return NdbReader(file, out).read();
}

}  // namespace bulkhead::catalog::rpm
