#include "bulkhead/catalog/rpm/pages.h"

#include <algorithm>
#include <bit>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/catalog/rpm/numbers.h"

namespace bulkhead::catalog::rpm {
namespace {

constexpr std::string_view kSqliteMark("SQLite format 3\0", 16);
constexpr std::size_t kPageBytesAt = 16, kWriteVersionAt = 18, kReadVersionAt = 19;
constexpr std::uint32_t kLogVersion = 2;

}  // namespace

bool is_sqlite(ByteView head) { return as_text(head).starts_with(kSqliteMark); }

bool is_tree_page(std::uint64_t page, ByteView bytes) {
  const auto kind = load_be<1>(bytes, page == 1 ? kSqliteHeadBytes : 0);
  return kind == 2 || kind == 5 || kind == 10 || kind == 13;
}

Result<SqliteHead> read_sqlite_head(ByteView head) {
  if (head.size() < kSqliteHeadBytes) return fail(Code::truncated, "shorter than its header");
  std::uint32_t page_bytes = load_be<2>(head, kPageBytesAt);
  if (page_bytes == 1) page_bytes = 65536;
  if (page_bytes < 512 || !std::has_single_bit(page_bytes)) {
    return fail(Code::malformed, fmt::format("a page of {} bytes", page_bytes), kPageBytesAt);
  }
  return SqliteHead{page_bytes, load_be<1>(head, kWriteVersionAt) == kLogVersion ||
                                    load_be<1>(head, kReadVersionAt) == kLogVersion};
}

void PageSkeleton::keep(std::uint64_t page, ByteView bytes) {
  if (is_given_up_) return;
  const bool is_whole = is_schema_ || is_tree_page(page, bytes);
  const ByteView kept = is_whole ? bytes : bytes.first(kNextPageBytes);
  constexpr std::uint64_t kNodeBytes = 80;
  if (!pages_.try_emplace(page, as_text(kept)).second) return;
  memory_bytes_ += kept.size() + kNodeBytes;
  if (memory_bytes_ <= most_bytes_) return;
  is_given_up_ = true;
  pages_.clear();
  memory_bytes_ = 0;
}

const std::string* PageSkeleton::find(std::uint64_t page) const {
  const auto found = pages_.find(page);
  return found == pages_.end() ? nullptr : &found->second;
}

Result<void> FilePages::read(std::uint64_t page, MutableByteView out) {
  const std::uint64_t at = (page - 1) * page_bytes_;
  if (page == 0 || at >= file_.size()) {
    return fail(Code::truncated, fmt::format("page {} lies beyond the end", page), file_.size());
  }
  const std::uint64_t here = std::min<std::uint64_t>(page_bytes_, file_.size() - at);
  BH_TRY(const ByteView bytes, file_.read(at, here, scratch_));
  std::ranges::fill(out, std::byte{0});
  std::ranges::copy(bytes, out.begin());
  if (skeleton_ != nullptr) skeleton_->keep(page, out);
  return {};
}

}  // namespace bulkhead::catalog::rpm
