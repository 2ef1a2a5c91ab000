#include "bulkhead/catalog/rpm/sqlite_log.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/catalog/rpm/numbers.h"

namespace bulkhead::catalog::rpm {
namespace {

constexpr std::size_t kLogHeadBytes = 32, kFrameHeadBytes = 24;
constexpr std::uint32_t kMarkLittle = 0x377f0682, kMarkBig = 0x377f0683;
constexpr std::uint32_t kVersion = 3007000;

constexpr std::uint64_t kNodeBytes = 64;  // of the table of pages

/// The log's running checksum.
class Checksum {
 public:
  explicit Checksum(bool is_big_endian) : is_big_endian_(is_big_endian) {}

  /// @pre bytes.size() is a multiple of 8
  void add(ByteView bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
      a_ += word(bytes, at) + b_;
      b_ += word(bytes, at + 4) + a_;
    }
  }
  /// Does it equal the two numbers at `at`?
  bool equals(ByteView bytes, std::size_t at) const {
    return a_ == load_be<4>(bytes, at) && b_ == load_be<4>(bytes, at + 4);
  }

 private:
  std::uint32_t word(ByteView bytes, std::size_t at) const {
    return is_big_endian_ ? load_be<4>(bytes, at) : load_le<4>(bytes, at);
  }

  bool is_big_endian_;
  std::uint32_t a_ = 0, b_ = 0;
};

void note(Notes& notes, NoteLevel level, Code code, std::string_view what, std::uint64_t offset) {
  notes.add(level, {code, fmt::format("rpm rpmdb.sqlite-wal: {}", what), {}, offset});
}

}  // namespace

std::uint64_t LogFacts::memory_bytes() const {
  return sizeof(*this) + file.memory_bytes() + pages.size() * kNodeBytes;
}

Result<FactsPtr> read_log(RandomFile file, const Limits& limits, Notes& notes) {
  if (file.size() == 0) return nullptr;  // left behind by a program that closed its database
  std::string scratch;
  if (file.size() < kLogHeadBytes) {
    note(notes, NoteLevel::info, Code::truncated, "shorter than its header; it is ignored", 0);
    return nullptr;
  }
  BH_TRY(const ByteView seen, file.read(0, kLogHeadBytes, scratch));
  const std::string head(as_text(seen));
  const ByteView bytes = as_bytes(head);
  const std::uint32_t mark = load_be<4>(bytes, 0);
  const std::uint32_t page_bytes = load_be<4>(bytes, 8);
  Checksum sum(mark == kMarkBig);
  sum.add(bytes.first(24));
  const bool is_size =
      page_bytes >= 512 && page_bytes <= 65536 && (page_bytes & (page_bytes - 1)) == 0;
  if ((mark != kMarkLittle && mark != kMarkBig) || load_be<4>(bytes, 4) != kVersion || !is_size ||
      !sum.equals(bytes, 24)) {
    note(notes, NoteLevel::info, Code::malformed, "its header is invalid; it is ignored", 0);
    return nullptr;
  }
  auto facts = std::make_unique<LogFacts>();
  facts->page_bytes = page_bytes;
  std::map<std::uint64_t, std::uint64_t> open;  // pages of the transaction that is not finished
  const std::uint64_t frame_bytes = kFrameHeadBytes + page_bytes;
  for (std::uint64_t at = kLogHeadBytes; frame_bytes <= file.size() - at; at += frame_bytes) {
    BH_TRY(const ByteView frame, file.read(at, frame_bytes, scratch));
    // Frames of an earlier round of the log have other salts.
    if (!std::ranges::equal(frame.subspan(8, 8), bytes.subspan(16, 8))) break;
    sum.add(frame.first(8));
    sum.add(frame.subspan(kFrameHeadBytes));
    if (!sum.equals(frame, 16) || load_be<4>(frame, 0) == 0) {
      note(notes, NoteLevel::incomplete, Code::malformed,
           "a frame is damaged; it and what follows are ignored, packages may be missing", at);
      break;
    }
    if ((open.size() + facts->pages.size()) * kNodeBytes > limits.random_memory_bytes) {
      note(notes, NoteLevel::incomplete, Code::limit_exceeded,
           "it has too many pages (--max-random-memory-bytes); what follows is ignored", at);
      break;
    }
    open[load_be<4>(frame, 0)] = at + kFrameHeadBytes;
    if (const std::uint32_t count = load_be<4>(frame, 4); count != 0) {
      for (const auto& [page, offset] : open) facts->pages[page] = offset;
      open.clear();
      facts->count = count;
    }
  }
  if (facts->count == 0) return nullptr;
  facts->file = std::move(file);
  return facts;
}

Result<void> LoggedPages::read(std::uint64_t page, MutableByteView out) {
  if (const auto logged = log_.pages.find(page); logged != log_.pages.end()) {
    BH_TRY(const ByteView bytes, log_.file.read(logged->second, log_.page_bytes, scratch_));
    std::ranges::copy(bytes, out.begin());
    if (!is_tree_page(page, bytes)) has_logged_rest_ = true;
    return {};
  }
  const std::string* const kept = skeleton_.find(page);
  if (kept == nullptr || kept->size() > out.size()) {
    return fail(Code::truncated, fmt::format("page {} is neither in it nor in its log", page),
                (page - 1) * log_.page_bytes);
  }
  std::ranges::fill(out, std::byte{0});
  std::ranges::copy(as_bytes(*kept), out.begin());
  if (kept->size() < out.size()) has_stub_ = true;
  return {};
}

}  // namespace bulkhead::catalog::rpm
