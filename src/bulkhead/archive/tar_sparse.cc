#include "bulkhead/archive/tar_sparse.h"

#include "bulkhead/archive/tar.h"

namespace bulkhead::archive {
namespace {

constexpr SparseFault kNotNumber = "a number of the map cannot be read";

// GNU tar's tar.h: `struct sparse` is an offset and a length of 12 bytes each.
constexpr std::size_t kOldEntry = 24;
constexpr std::size_t kHeaderMap = 386;
constexpr std::size_t kHeaderEntries = 4;
constexpr std::size_t kHeaderExtended = 482;
constexpr std::size_t kRealSize = 483;
constexpr std::size_t kExtensionEntries = 21;
constexpr std::size_t kExtensionExtended = 504;

std::optional<std::uint64_t> old_number(ByteView field) {
  const Result<std::int64_t> value = parse_tar_number(field);
  if (!value || *value < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

OldSparseBlock read_old_entries(ByteView map, std::size_t count, bool is_extended,
                                std::vector<SparseSegment>& out) {
  OldSparseBlock result{is_extended, nullptr};
  for (std::size_t i = 0; i < count; ++i) {
    const ByteView entry = map.subspan(i * kOldEntry, kOldEntry);
    if (entry[0] == std::byte{0}) break;  // unused entries are at the block's end
    const auto offset = old_number(entry.first(12));
    const auto length = old_number(entry.subspan(12));
    if (!offset || !length) {
      result.fault = kNotNumber;
      break;
    }
    out.push_back({*offset, *length});
  }
  return result;
}

}  // namespace

SparseFault parse_sparse_records(const PaxSparse& sparse, std::vector<SparseSegment>& out) {
  out.clear();
  if (sparse.is_out_of_turn || sparse.pairs.size() % 2 != 0) {
    return "its offsets and lengths are not in turn";
  }
  for (std::size_t i = 0; i < sparse.pairs.size(); i += 2) {
    const auto offset = parse_decimal(sparse.pairs[i]);
    const auto length = parse_decimal(sparse.pairs[i + 1]);
    if (!offset || !length) return kNotNumber;
    out.push_back({*offset, *length});
  }
  if (!sparse.pairs.empty()) return nullptr;
  for (std::string_view rest = sparse.map; !rest.empty();) {
    const std::size_t middle = rest.find(',');
    if (middle == std::string_view::npos || rest.back() == ',')
      return "the map has an odd count of numbers";
    const std::size_t end = rest.find(',', middle + 1);
    const auto offset = parse_decimal(rest.substr(0, middle));
    const auto length = parse_decimal(rest.substr(middle + 1, end - middle - 1));
    if (!offset || !length) return kNotNumber;
    out.push_back({*offset, *length});
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  return nullptr;
}

OldSparseBlock read_old_sparse_header(TarBlock block, std::vector<SparseSegment>& out) {
  out.clear();
  return read_old_entries(ByteView(block).subspan(kHeaderMap), kHeaderEntries,
                          block[kHeaderExtended] != std::byte{0}, out);
}

OldSparseBlock read_old_sparse_extension(TarBlock block, std::vector<SparseSegment>& out) {
  return read_old_entries(ByteView(block), kExtensionEntries,
                          block[kExtensionExtended] != std::byte{0}, out);
}

std::optional<std::uint64_t> old_sparse_real_size(TarBlock header) {
  return old_number(ByteView(header).subspan(kRealSize, 12));
}

void SparseTextMap::start() { *this = SparseTextMap(); }

bool SparseTextMap::take_number(std::uint64_t value, std::vector<SparseSegment>& out) {
  if (!left_) {
    if (value > INT64_MAX / 2) return false;
    left_ = value * 2;
    return true;
  }
  if (is_length_) {
    out.back().length = value;
  } else {
    out.push_back({value, 0});
  }
  is_length_ = !is_length_;
  --*left_;
  return true;
}

SparseTextMap::Step SparseTextMap::take(TarBlock block, std::vector<SparseSegment>& out) {
  for (const char c : as_text(block)) {
    if (c == '\n') {
      if (!has_digit_ || !take_number(value_, out)) return Step::bad;
      if (*left_ == 0) return Step::done;  // the rest of the block is filler
      value_ = 0;
      has_digit_ = false;
    } else {
      if (c < '0' || c > '9' || value_ > (INT64_MAX - 9) / 10) return Step::bad;
      value_ = value_ * 10 + static_cast<std::uint64_t>(c - '0');
      has_digit_ = true;
    }
  }
  return Step::more;
}

SparseFault settle_sparse(std::vector<SparseSegment>& segments, std::uint64_t real_bytes,
                          std::uint64_t stored_bytes) {
  std::uint64_t end = 0;
  std::uint64_t stored = 0;
  std::size_t kept = 0;
  for (const SparseSegment segment : segments) {
    if (segment.offset < end) return "its segments are not in order or overlap";
    if (segment.offset > real_bytes || segment.length > real_bytes - segment.offset) {
      return "a segment lies behind the file's end";
    }
    end = segment.offset + segment.length;
    stored += segment.length;  // at most real_bytes, as segments do not overlap
    if (segment.length != 0) segments[kept++] = segment;
  }
  if (stored > stored_bytes) return "its segments have more bytes than are stored";
  segments.resize(kept);
  return nullptr;
}

void SparseCursor::start(const std::vector<SparseSegment>& segments, std::uint64_t real_bytes) {
  segments_ = &segments;
  real_bytes_ = real_bytes;
  at_ = 0;
  next_ = 0;
}

std::uint64_t SparseCursor::hole() const {
  const std::uint64_t stop = next_ < segments_->size() ? (*segments_)[next_].offset : real_bytes_;
  return stop > at_ ? stop - at_ : 0;
}

std::uint64_t SparseCursor::stored() const {
  if (next_ == segments_->size()) return 0;
  const SparseSegment& segment = (*segments_)[next_];
  return segment.offset + segment.length - at_;
}

void SparseCursor::advance(std::uint64_t bytes) {
  at_ += bytes;
  if (next_ == segments_->size()) return;
  const SparseSegment& segment = (*segments_)[next_];
  if (at_ == segment.offset + segment.length) ++next_;
}

}  // namespace bulkhead::archive
