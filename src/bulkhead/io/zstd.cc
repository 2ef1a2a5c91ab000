// Zstandard frames (RFC 8878). The frame and block borders are followed here and libzstd gets one
// piece at a time, for three reasons: it checks a frame's window only when the frame is not wholly
// in the buffer; it drops what a call has decoded when a later block of the same call is damaged;
// and what may follow a frame is for us to say. All three would make results depend on the sizes
// of the buffers.
#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "bulkhead/io/backends.h"
#include "bulkhead/io/stepped_decoder.h"

namespace bulkhead::io {
namespace {

constexpr std::uint32_t kFrameMagic = 0xfd2fb528;
constexpr std::uint32_t kSkippableMagic = 0x184d2a50;  // the low four bits are free
constexpr std::size_t kMagicSize = 4;
constexpr std::size_t kBlockHeaderSize = 3;
constexpr std::size_t kChecksumSize = 4;
constexpr std::size_t kMostHeaderSize = 18;

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

bool may_start_frame(std::byte first) {
  return first == std::byte{0x28} || (first & std::byte{0xf0}) == std::byte{0x50};
}

/// Section 3.1.1.1: what the descriptor, the byte after the magic, says of the header.
struct Descriptor {
  std::size_t window_size;  // bytes of each field
  std::size_t dictionary_size;
  std::size_t content_size;
  bool has_checksum;
  std::size_t header_size() const {
    return kMagicSize + 1 + window_size + dictionary_size + content_size;
  }
};

Descriptor parse_descriptor(std::byte byte) {
  const auto bits = std::to_integer<unsigned>(byte);
  const bool is_single_segment = (bits & 0x20) != 0;
  constexpr std::size_t kDictionarySizes[] = {0, 1, 2, 4};
  constexpr std::size_t kContentSizes[] = {0, 2, 4, 8};
  const unsigned content_flag = bits >> 6;
  return {is_single_segment ? 0U : 1U, kDictionarySizes[bits & 3],
          content_flag == 0 && is_single_segment ? 1U : kContentSizes[content_flag],
          (bits & 4) != 0};
}

class ZstdDecoder final : public SteppedDecoder {
 public:
  explicit ZstdDecoder(const Limits& limits)
      : context_(ZSTD_createDCtx()), window_limit_(limits.zstd_window_bytes) {
    // libzstd takes powers of two only; the exact bound is checked in `check_window`.
    const ZSTD_bounds bounds = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax);
    const int wanted = static_cast<int>(std::bit_width(std::max<std::uint64_t>(window_limit_, 1)));
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax,
                           std::clamp(wanted, bounds.lowerBound, bounds.upperBound));
  }

 private:
  enum class Part {
    magic,
    descriptor,
    header,
    block_header,
    block,
    checksum,
    skip_size,
    skip,
    between
  };

  Result<Turn> turn(Buffers& io) override;
  Result<void> check_end() override;
  Result<Turn> read_magic();
  Result<Turn> read_header();
  Result<Turn> read_block_header();
  Result<Turn> decode_block(Buffers& io);
  Result<Turn> decode_checksum();
  Result<void> check_window() const;
  Result<void> decode(ByteView& piece, MutableByteView& out);
  Result<void> decode_field();
  bool fill_field(Buffers& io, std::size_t size);
  void expect(Part part) {
    part_ = part;
    field_size_ = 0;
  }
  std::uint64_t load_le(std::size_t at, std::size_t size) const;

  std::unique_ptr<ZSTD_DCtx, FreeContext> context_;
  std::uint64_t window_limit_;
  Part part_ = Part::magic;
  std::uint64_t place_ = 0;  // in the blob, of the frame or block that is being read
  Descriptor descriptor_{};
  std::array<std::byte, kMostHeaderSize> field_{};
  std::size_t field_size_ = 0;
  std::uint64_t left_ = 0;  // of the block or skippable frame
  bool is_last_block_ = false;
  bool may_hold_back_ = false;  // libzstd filled `out`, so it may have more
};

Result<SteppedDecoder::Turn> ZstdDecoder::turn(Buffers& io) {
  switch (part_) {
    case Part::magic:
      if (field_size_ == 0) place_ = offset(io);
      return fill_field(io, kMagicSize) ? read_magic() : Turn::wants_buffers;
    case Part::descriptor:
      if (!fill_field(io, kMagicSize + 1)) return Turn::wants_buffers;
      descriptor_ = parse_descriptor(field_[kMagicSize]);
      part_ = Part::header;  // `field_` keeps what it has
      return Turn::again;
    case Part::header:
      return fill_field(io, descriptor_.header_size()) ? read_header() : Turn::wants_buffers;
    case Part::block_header:
      if (field_size_ == 0) place_ = offset(io);
      return fill_field(io, kBlockHeaderSize) ? read_block_header() : Turn::wants_buffers;
    case Part::block:
      return decode_block(io);
    case Part::checksum:
      return fill_field(io, kChecksumSize) ? decode_checksum() : Turn::wants_buffers;
    case Part::skip_size:
      if (!fill_field(io, 4)) return Turn::wants_buffers;
      left_ = load_le(0, 4);
      part_ = Part::skip;
      return Turn::again;
    case Part::skip: {
      const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(left_, io.in.size()));
      io.in = io.in.subspan(length);
      left_ -= length;
      if (left_ != 0) return Turn::wants_buffers;
      expect(Part::between);
      return Turn::again;
    }
    case Part::between: {
      BH_TRY(const Turn turned, skip_padding(io, may_start_frame, "zstd frame"));
      if (turned == Turn::again) expect(Part::magic);
      return turned;
    }
  }
  return Turn::wants_buffers;
}

Result<void> ZstdDecoder::check_end() {
  if (part_ == Part::between) return {};
  return fail(Code::truncated, "zstd: the data ends inside a frame", offset());
}

bool ZstdDecoder::fill_field(Buffers& io, std::size_t size) {
  const std::size_t length = std::min(size - field_size_, io.in.size());
  std::ranges::copy(io.in.first(length), field_.begin() + static_cast<std::ptrdiff_t>(field_size_));
  field_size_ += length;
  io.in = io.in.subspan(length);
  return field_size_ == size;
}

std::uint64_t ZstdDecoder::load_le(std::size_t at, std::size_t size) const {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= std::to_integer<std::uint64_t>(field_[at + i]) << (8 * i);
  }
  return value;
}

Result<SteppedDecoder::Turn> ZstdDecoder::read_magic() {
  const std::uint64_t magic = load_le(0, kMagicSize);
  if (magic == kFrameMagic) {
    part_ = Part::descriptor;
  } else if ((magic & ~std::uint64_t{0xf}) == kSkippableMagic) {
    expect(Part::skip_size);
  } else {
    return fail(Code::malformed, "zstd: no frame starts here", place_);
  }
  return Turn::again;
}

/// A frame that is one segment has its content as window (section 3.1.1.1.2).
Result<void> ZstdDecoder::check_window() const {
  std::uint64_t window = 0;
  if (descriptor_.window_size != 0) {
    const auto byte = std::to_integer<unsigned>(field_[kMagicSize + 1]);
    const std::uint64_t base = std::uint64_t{1} << (10 + (byte >> 3));
    window = base + base / 8 * (byte & 7);
  } else {
    window =
        load_le(descriptor_.header_size() - descriptor_.content_size, descriptor_.content_size);
    if (descriptor_.content_size == 2) window += 256;
  }
  if (window <= window_limit_) return {};
  return fail(Code::limit_exceeded,
              fmt::format("zstd: a window of {} bytes is more than {} (--max-zstd-window-bytes)",
                          window, window_limit_),
              place_);
}

Result<SteppedDecoder::Turn> ZstdDecoder::read_header() {
  BH_CHECK(check_window());
  ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
  BH_CHECK(decode_field());
  expect(Part::block_header);
  return Turn::again;
}

/// Section 3.1.1.2: one bit "last", two bits type, 21 bits size.
Result<SteppedDecoder::Turn> ZstdDecoder::read_block_header() {
  constexpr std::uint64_t kRepeatedByte = 1;
  const std::uint64_t bits = load_le(0, kBlockHeaderSize);
  is_last_block_ = (bits & 1) != 0;
  left_ = ((bits >> 1) & 3) == kRepeatedByte ? 1 : bits >> 3;
  BH_CHECK(decode_field());
  expect(Part::block);
  may_hold_back_ = false;
  return Turn::again;
}

Result<SteppedDecoder::Turn> ZstdDecoder::decode_block(Buffers& io) {
  if (left_ == 0 && !may_hold_back_) {
    if (!is_last_block_) {
      expect(Part::block_header);
    } else {
      expect(descriptor_.has_checksum ? Part::checksum : Part::between);
    }
    return Turn::again;
  }
  // Without room or input libzstd would count a call without progress, and fail after 16.
  if (io.out.empty() || (io.in.empty() && !may_hold_back_)) return Turn::wants_buffers;
  const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(left_, io.in.size()));
  ByteView piece = may_hold_back_ ? ByteView{} : io.in.first(length);
  BH_CHECK(decode(piece, io.out));
  if (!may_hold_back_) {
    io.in = io.in.subspan(length - piece.size());
    left_ -= length - piece.size();
  }
  may_hold_back_ = io.out.empty();
  return Turn::again;
}

Result<SteppedDecoder::Turn> ZstdDecoder::decode_checksum() {
  BH_CHECK(decode_field());
  expect(Part::between);
  return Turn::again;
}

/// Gives libzstd the bytes of `field_`, which make no output.
Result<void> ZstdDecoder::decode_field() {
  std::byte no_output[1];
  ByteView piece = ByteView(field_).first(field_size_);
  MutableByteView out(no_output);
  while (!piece.empty()) {
    const std::size_t before = piece.size();
    BH_CHECK(decode(piece, out));
    if (piece.size() == before || out.empty()) {
      return fail(Code::malformed, "zstd: the frame is damaged", place_);
    }
  }
  return {};
}

Result<void> ZstdDecoder::decode(ByteView& piece, MutableByteView& out) {
  ZSTD_inBuffer in{piece.data(), piece.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  const std::size_t result = ZSTD_decompressStream(context_.get(), &to, &in);
  piece = piece.subspan(in.pos);
  out = out.subspan(to.pos);
  if (ZSTD_isError(result) == 0) return {};
  switch (ZSTD_getErrorCode(result)) {
    case ZSTD_error_dictionary_wrong:
      return fail(Code::unsupported, "zstd: a frame needs a dictionary", place_);
    case ZSTD_error_frameParameter_windowTooLarge:
      return fail(Code::unsupported, "zstd: a window beyond what libzstd can take", place_);
    case ZSTD_error_memory_allocation:
      return fail(Code::limit_exceeded, "zstd: no memory for a frame's window", place_);
    default:
      return fail(Code::malformed, fmt::format("zstd: {}", ZSTD_getErrorName(result)), place_);
  }
}

}  // namespace

std::unique_ptr<Decoder> make_zstd_decoder(const Limits& limits) {
  return std::make_unique<ZstdDecoder>(limits);
}

}  // namespace bulkhead::io
