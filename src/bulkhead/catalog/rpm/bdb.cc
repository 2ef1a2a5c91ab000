#include "bulkhead/catalog/rpm/bdb.h"

#include <algorithm>
#include <bit>
#include <string>

#include <fmt/format.h>

#include "bulkhead/catalog/rpm/numbers.h"

namespace bulkhead::catalog::rpm {
namespace {

constexpr std::size_t kMetaBytes =
    72 + 24;  // what all kinds share, and the hash's own up to spares
constexpr std::uint32_t kHashMagic = 0x061561;
constexpr std::uint32_t kBtreeMagic = 0x053162;
constexpr std::uint32_t kQueueMagic = 0x042253;
constexpr std::size_t kMagicAt = 12;

constexpr std::size_t kPageHeadBytes = 26;
// Kinds of pages.
constexpr std::uint32_t kFree = 0, kHashUnsorted = 2, kOverflow = 7, kHashMeta = 8, kHash = 13;
// Kinds of items on hash pages.
constexpr std::uint32_t kKeyData = 1, kOffPage = 3;
constexpr std::size_t kOffPageBytes = 12;  // kind, 3 unused, first page, length

/// Numbers in the order of the machine that wrote the database.
class Numbers {
 public:
  explicit Numbers(bool is_big_endian) : is_big_endian_(is_big_endian) {}
  template <std::size_t Bytes>
  std::uint32_t load(ByteView bytes, std::size_t at) const {
    return is_big_endian_ ? load_be<Bytes>(bytes, at) : load_le<Bytes>(bytes, at);
  }

 private:
  bool is_big_endian_;
};

class BdbReader {
 public:
  BdbReader(const RandomFile& file, RecordKeeper& out) : file_(file), out_(out) {}

  Result<void> read() {
    BH_CHECK(read_meta());
    const std::uint64_t pages = file_.size() / page_bytes_;
    if (file_.size() % page_bytes_ != 0 || pages <= last_page_) {
      out_.gap(Code::truncated,
               fmt::format("the file ends before its last page ({} of {} pages are there)", pages,
                           std::uint64_t{last_page_} + 1),
               file_.size());
    }
    page_count_ = std::min<std::uint64_t>(pages, std::uint64_t{last_page_} + 1);
    is_used_.assign(page_count_, false);
    std::uint64_t overflow_pages = 0;
    for (std::uint64_t page = 1; page < page_count_ && !out_.is_full(); ++page) {
      BH_TRY(const ByteView bytes, file_.read(page * page_bytes_, page_bytes_, page_scratch_));
      const std::uint32_t kind = load_le<1>(bytes, 25);
      if (kind == kHash || kind == kHashUnsorted) {
        read_hash_page(bytes, page);
      } else if (kind == kOverflow) {
        ++overflow_pages;
      } else if (kind != kFree) {
        out_.gap(Code::malformed, fmt::format("page {} is of unknown kind {}", page, kind),
                 page * page_bytes_);
      }
    }
    if (!out_.is_full()) check_counts(overflow_pages);
    return {};
  }

 private:
  Result<void> read_meta() {
    if (file_.size() < kMetaBytes) return fail(Code::truncated, "shorter than its first page");
    BH_TRY(const ByteView meta, file_.read(0, kMetaBytes, page_scratch_));
    numbers_ = Numbers(load_be<4>(meta, kMagicAt) < load_le<4>(meta, kMagicAt));
    const std::uint32_t magic = numbers_.load<4>(meta, kMagicAt);
    if (magic == kBtreeMagic) {
      return fail(Code::unsupported,
                  "a Berkeley DB B-tree, as rpm 5 writes it, is not supported; its packages are "
                  "not listed",
                  kMagicAt);
    }
    if (magic != kHashMagic) {
      return fail(Code::unsupported, "a Berkeley DB that is no hash", kMagicAt);
    }
    const std::uint32_t version = numbers_.load<4>(meta, 16);
    // 7 to 10 keep pages alike; below 8 pages are never sorted, see hash/hash_upgrade.c.
    if (version < 7 || version > 10) {
      return fail(Code::unsupported, fmt::format("Berkeley DB hash of version {}", version), 16);
    }
    page_bytes_ = numbers_.load<4>(meta, 20);
    if (page_bytes_ < 512 || page_bytes_ > 65536 || !std::has_single_bit(page_bytes_)) {
      return fail(Code::malformed, fmt::format("a page of {} bytes", page_bytes_), 20);
    }
    // Either makes the head of every page longer; rpm uses neither.
    if (load_le<1>(meta, 24) != 0) return fail(Code::unsupported, "encrypted Berkeley DB", 24);
    if ((load_le<1>(meta, 26) & 1U) != 0) {
      return fail(Code::unsupported, "Berkeley DB with checksums", 26);
    }
    if (load_le<1>(meta, 25) != kHashMeta) {
      return fail(Code::malformed, "the first page is not the hash's", 25);
    }
    last_page_ = numbers_.load<4>(meta, 32);
    pairs_expected_ = numbers_.load<4>(meta, 88);
    return {};
  }

  void read_hash_page(ByteView page, std::uint64_t number) {
    const std::uint64_t at = number * page_bytes_;
    const std::uint32_t entries = numbers_.load<2>(page, 20);
    if (kPageHeadBytes + std::size_t{2} * entries > page_bytes_) {
      return out_.gap(Code::malformed, fmt::format("page {} has {} entries", number, entries), at);
    }
    if (entries % 2 != 0) {
      out_.gap(Code::malformed, fmt::format("page {} has a key without a value", number), at);
    }
    const std::size_t index_end = kPageHeadBytes + std::size_t{2} * entries;
    std::size_t end = page_bytes_;  // items lie from the end of the page to its start
    for (std::uint32_t i = 0; i + 1 < entries && !out_.is_full(); i += 2) {
      const std::size_t key_at = numbers_.load<2>(page, kPageHeadBytes + std::size_t{2} * i);
      const std::size_t value_at = numbers_.load<2>(page, kPageHeadBytes + std::size_t{2} * i + 2);
      if (key_at >= end || value_at >= key_at || value_at < index_end) {
        // Where each item ends is where the one before began: the rest of the page is lost.
        return out_.gap(Code::malformed, fmt::format("page {}: item {} is misplaced", number, i),
                        at);
      }
      ++pairs_;
      const ByteView key = page.subspan(key_at, end - key_at);
      const ByteView value = page.subspan(value_at, key_at - value_at);
      // Number 0 holds the next free number and no header.
      const bool is_counter =
          key.size() == 5 && load_le<1>(key, 0) == kKeyData && load_le<4>(key, 1) == 0;
      if (!is_counter) read_value(value, at + value_at);
      end = value_at;
    }
  }

  void read_value(ByteView value, std::uint64_t offset) {
    const std::uint32_t kind = load_le<1>(value, 0);
    if (kind == kKeyData) {
      out_.add_header(value.subspan(1), offset + 1);
    } else if (kind == kOffPage && value.size() >= kOffPageBytes) {
      read_chain(numbers_.load<4>(value, 4), numbers_.load<4>(value, 8), offset);
    } else {
      out_.gap(Code::malformed, fmt::format("an item of unknown kind {}", kind), offset);
    }
  }

  /// Reads a header that lies on overflow pages.
  void read_chain(std::uint32_t page, std::uint32_t bytes, std::uint64_t offset) {
    if (bytes > out_.limits().rpm_header_bytes) {
      return out_.gap(Code::limit_exceeded,
                      fmt::format("a header of {} bytes (--max-rpm-header-bytes)", bytes), offset);
    }
    header_.clear();
    const std::uint64_t first = page;
    while (header_.size() < bytes) {
      if (page == 0 || page >= page_count_ || is_used_[page]) {
        out_.gap(Code::malformed,
                 fmt::format("a header of {} bytes breaks off after {}: {}", bytes, header_.size(),
                             page == 0             ? "its pages end"
                             : page >= page_count_ ? "its next page lies beyond the end"
                                                   : "its next page is another header's"),
                 offset);
        break;
      }
      is_used_[page] = true;
      ++chained_pages_;
      const std::uint64_t at = std::uint64_t{page} * page_bytes_;
      const Result<ByteView> read = file_.read(at, page_bytes_, chain_scratch_);
      if (!read) return out_.gap(read.error());
      const std::uint32_t here = numbers_.load<2>(*read, 22);
      if (load_le<1>(*read, 25) != kOverflow || here == 0 || here > page_bytes_ - kPageHeadBytes ||
          here > bytes - header_.size()) {
        out_.gap(Code::malformed,
                 fmt::format("page {} does not continue a header as it should", page), at);
        break;
      }
      header_.append(as_text(read->subspan(kPageHeadBytes, here)));
      page = numbers_.load<4>(*read, 16);
    }
    // What there is of a header that breaks off may still say which package it is.
    if (!header_.empty()) out_.add_header(as_bytes(header_), first * page_bytes_);
  }

  /// A damaged page can look like a free one: then there are fewer packages than there should be.
  void check_counts(std::uint64_t overflow_pages) {
    if (pairs_ < pairs_expected_) {
      out_.gap(Code::malformed,
               fmt::format("{} of {} records could be found", pairs_, pairs_expected_), 88);
    } else if (chained_pages_ < overflow_pages) {
      out_.gap(
          Code::malformed,
          fmt::format("{} pages of headers belong to no record", overflow_pages - chained_pages_),
          0);
    }
  }

  const RandomFile& file_;
  RecordKeeper& out_;
  Numbers numbers_{false};
  std::uint32_t page_bytes_ = 0;
  std::uint32_t last_page_ = 0;
  std::uint64_t page_count_ = 0;
  std::uint64_t pairs_expected_ = 0;
  std::uint64_t pairs_ = 0;
  std::uint64_t chained_pages_ = 0;
  std::vector<bool> is_used_;  // overflow pages that a header has
  std::string page_scratch_, chain_scratch_, header_;
};

}  // namespace

bool is_bdb(ByteView head) {
  if (head.size() < kMagicAt + 4) return false;
  for (const std::uint32_t magic : {load_le<4>(head, kMagicAt), load_be<4>(head, kMagicAt)}) {
    if (magic == kHashMagic || magic == kBtreeMagic || magic == kQueueMagic) return true;
  }
  return false;
}

Result<void> read_bdb(const RandomFile& file, RecordKeeper& out) {
  return BdbReader(file, out).read();
}

}  // namespace bulkhead::catalog::rpm
