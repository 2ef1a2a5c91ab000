#include "bulkhead/io/decoded_stream.h"

#include <algorithm>

#include <fmt/format.h>

namespace bulkhead::io {
namespace {

// Below this a blob may be as well compressed as it likes: an honest layer of zeros is.
constexpr std::uint64_t kRatioFromBytes = 1ULL << 30;

}  // namespace

BlobDecoder::BlobDecoder(const Limits& limits, std::size_t chunk_bytes)
    : limits_(limits), chunk_bytes_(std::max<std::size_t>(chunk_bytes, 1)) {}

void BlobDecoder::detect(ByteView head) {
  compression_ = detect_compression(head);
  decoder_ = make_decoder(*compression_, limits_);
}

/// Looks at the first bytes of the blob. Keeps them, and says how many, if they come in pieces.
std::size_t BlobDecoder::take_head(ByteView stored) {
  if (head_size_ == 0 && stored.size() >= kMagicBytes) {
    detect(stored);
    return 0;
  }
  const std::size_t length = std::min(stored.size(), kMagicBytes - head_size_);
  std::ranges::copy(stored.first(length), head_.begin() + static_cast<std::ptrdiff_t>(head_size_));
  head_size_ += length;
  stored_bytes_ += length;
  if (head_size_ == kMagicBytes) detect(head_);
  return length;
}

Error BlobDecoder::too_much() const {
  return {Code::limit_exceeded,
          fmt::format("{}: more than {} decoded bytes (--max-decoded-bytes)",
                      compression_name(compression()), limits_.decoded_bytes),
          {},
          stored_bytes_};
}

void BlobDecoder::check_ratio() {
  // Divided, not multiplied: the product may not fit.
  if (decoded_bytes_ <= kRatioFromBytes ||
      (decoded_bytes_ - 1) / std::max<std::uint64_t>(stored_bytes_, 1) < limits_.inflate_ratio) {
    return;
  }
  // Without an offset: where it is noticed depends on the size of the chunks.
  error_ = Error{Code::limit_exceeded,
                 fmt::format("{}: decodes to more than {} times its size (--max-inflate-ratio)",
                             compression_name(compression()), limits_.inflate_ratio)};
}

/// One step, with no more output than the limit leaves.
Result<Decoder::Step> BlobDecoder::decode_bounded(ByteView stored, MutableByteView out) {
  const std::uint64_t left = limits_.decoded_bytes - decoded_bytes_;
  // At the limit one more byte tells whether the blob ends here; nobody gets to see it.
  std::byte beyond[1];
  const MutableByteView room =
      left == 0 ? MutableByteView(beyond)
                : out.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, out.size())));
  Decoder::Step step;
  if (decoder_) {
    BH_TRY(step, decoder_->step(stored, room));
  } else {
    step.consumed = step.produced = std::min(stored.size(), room.size());
    std::ranges::copy(stored.first(step.consumed), room.begin());
  }
  if (left == 0 && step.produced != 0) return std::unexpected(too_much());
  decoded_bytes_ += step.produced;
  return step;
}

Result<Decoder::Step> BlobDecoder::decode_into(ByteView stored, MutableByteView out) {
  if (error_) return std::unexpected(*error_);
  Decoder::Step total;
  if (!compression_) {
    total.consumed = take_head(stored);
    if (!compression_) return total;
  }
  // The kept head first, then what follows it.
  while (!error_) {
    const bool is_head = !unread_head().empty();
    const Result<Decoder::Step> step = decode_bounded(
        is_head ? unread_head() : stored.subspan(total.consumed), out.subspan(total.produced));
    if (!step) {
      error_ = step.error();
      break;
    }
    (is_head ? head_read_ : total.consumed) += step->consumed;
    if (!is_head) stored_bytes_ += step->consumed;
    total.produced += step->produced;
    check_ratio();
    if (!is_head || step->consumed + step->produced == 0) break;
  }
  // As in `Decoder`: an error waits until the bytes before it are out.
  if (error_ && total.produced == 0) return std::unexpected(*error_);
  return total;
}

Result<std::size_t> BlobDecoder::drain_into(MutableByteView out) {
  if (!compression_) detect(ByteView(head_).first(head_size_));
  BH_TRY(const Decoder::Step step, decode_into({}, out));
  if (step.produced == 0 && decoder_) {
    if (const Result<void> finished = decoder_->finish(); !finished) {
      error_ = finished.error();
      return std::unexpected(*error_);
    }
  }
  return step.produced;
}

MutableByteView BlobDecoder::chunk_room() {
  if (chunk_.empty()) chunk_.resize(chunk_bytes_);
  return MutableByteView(chunk_).subspan(chunk_size_);
}

Result<void> BlobDecoder::flush(const Consume& consume) {
  const std::size_t length = std::exchange(chunk_size_, 0);
  if (length == 0) return {};
  return consume(ByteView(chunk_).first(length));
}

/// Hands the chunk on if it is full, or if nothing will come after it.
Result<void> BlobDecoder::fill_chunk(const Result<std::size_t>& produced, const Consume& consume) {
  if (produced) chunk_size_ += *produced;
  if (!produced || chunk_size_ == chunk_.size()) BH_CHECK(flush(consume));
  if (!produced) return std::unexpected(produced.error());
  return {};
}

/// A plain blob, in place.
Result<void> BlobDecoder::pass_through(ByteView plain, const Consume& consume) {
  const std::uint64_t left = limits_.decoded_bytes - decoded_bytes_;
  const ByteView allowed =
      plain.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, plain.size())));
  decoded_bytes_ += allowed.size();
  if (!allowed.empty()) BH_CHECK(consume(allowed));
  if (allowed.size() == plain.size()) return {};
  error_ = too_much();
  return std::unexpected(*error_);
}

Result<void> BlobDecoder::feed(ByteView stored, const Consume& consume) {
  if (error_) return fill_chunk(std::unexpected(*error_), consume);
  if (!compression_) {
    stored = stored.subspan(take_head(stored));
    if (!compression_) return {};
  }
  if (!decoder_) {
    BH_CHECK(pass_through(unread_head(), consume));
    head_read_ = head_size_;
    stored_bytes_ += stored.size();
    return pass_through(stored, consume);
  }
  bool has_more = true;
  while (has_more) {
    const MutableByteView room = chunk_room();
    const Result<Decoder::Step> step = decode_into(stored, room);
    if (!step) return fill_chunk(std::unexpected(step.error()), consume);
    stored = stored.subspan(step->consumed);
    has_more = !stored.empty() || step->produced == room.size();
    BH_CHECK(fill_chunk(step->produced, consume));
  }
  return {};
}

Result<void> BlobDecoder::finish(const Consume& consume) {
  if (error_) return fill_chunk(std::unexpected(*error_), consume);
  if (!compression_) detect(ByteView(head_).first(head_size_));
  if (!decoder_) {
    BH_CHECK(pass_through(unread_head(), consume));
    head_read_ = head_size_;
    return {};
  }
  while (true) {
    const Result<std::size_t> produced = drain_into(chunk_room());
    BH_CHECK(fill_chunk(produced, consume));
    if (*produced == 0) return flush(consume);
  }
}

}  // namespace bulkhead::io
