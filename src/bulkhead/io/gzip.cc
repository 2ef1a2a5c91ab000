// The members of a gzip file, for any inflate library. The libraries' own header readers are not
// used: they stop after one member, and each has its own idea of what may follow.
#include "bulkhead/io/gzip.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/io/crc32.h"

namespace bulkhead::io {
namespace {

// RFC 1952, section 2.3.1.
constexpr std::byte kMagic1{0x1f};
constexpr std::byte kMagic2{0x8b};
constexpr std::byte kMethodDeflate{8};
constexpr std::byte kHasHeaderCrc{0x02};
constexpr std::byte kHasExtra{0x04};
constexpr std::byte kHasName{0x08};
constexpr std::byte kHasComment{0x10};
constexpr std::byte kReservedFlags{0xe0};
constexpr std::size_t kFixedHeaderSize = 10;
constexpr std::size_t kTrailerSize = 8;

template <std::size_t N>
std::uint32_t load_le(const std::array<std::byte, N>& bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= std::to_integer<std::uint32_t>(bytes[at + i]) << (8 * i);
  }
  return value;
}

bool has(std::byte flags, std::byte flag) { return (flags & flag) != std::byte{0}; }

bool may_start_member(std::byte first) { return first == kMagic1; }

}  // namespace

Result<SteppedDecoder::Turn> GzipDecoder::turn(Buffers& io) {
  switch (part_) {
    case Part::start:
      return start_member(io);
    case Part::data:
      return read_data(io);
    case Part::trailer:
      return read_trailer(io);
    case Part::between: {
      BH_TRY(const Turn turned, skip_padding(io, may_start_member, "gzip member"));
      if (turned == Turn::again) part_ = Part::start;
      return turned;
    }
    default:
      return read_header(io);
  }
}

Result<void> GzipDecoder::check_end() {
  if (part_ == Part::between) return {};
  return fail(Code::truncated, "gzip: the data ends inside a member", offset());
}

Result<SteppedDecoder::Turn> GzipDecoder::start_member(Buffers& io) {
  if (io.in.empty()) return Turn::wants_buffers;
  member_offset_ = offset(io);
  member_bytes_ = 0;
  header_crc_ = 0;
  field_size_ = 0;
  part_ = Part::fixed;
  return Turn::again;
}

/// Copies into `field_` until it holds `size` bytes; false: more input is needed.
bool GzipDecoder::fill_field(Buffers& io, std::size_t size) {
  const std::size_t length = std::min(size - field_size_, io.in.size());
  std::ranges::copy(io.in.first(length), field_.begin() + static_cast<std::ptrdiff_t>(field_size_));
  field_size_ += length;
  io.in = io.in.subspan(length);
  return field_size_ == size;
}

/// Steps over header bytes that only the header's checksum cares for.
void GzipDecoder::take_header(Buffers& io, std::size_t length) {
  if (has(flags_, kHasHeaderCrc)) header_crc_ = update_crc32(header_crc_, io.in.first(length));
  io.in = io.in.subspan(length);
}

/// Steps over text up to and with its closing zero; false: it goes on.
bool GzipDecoder::take_text(Buffers& io) {
  const auto zero = std::ranges::find(io.in, std::byte{0});
  const bool is_complete = zero != io.in.end();
  take_header(io, static_cast<std::size_t>(zero - io.in.begin()) + (is_complete ? 1 : 0));
  return is_complete;
}

GzipDecoder::Part GzipDecoder::part_after(Part part) const {
  if (part < Part::extra_length && has(flags_, kHasExtra)) return Part::extra_length;
  if (part == Part::extra_length) return Part::extra;
  if (part < Part::name && has(flags_, kHasName)) return Part::name;
  if (part < Part::comment && has(flags_, kHasComment)) return Part::comment;
  if (part < Part::header_crc && has(flags_, kHasHeaderCrc)) return Part::header_crc;
  return Part::data;
}

Result<void> GzipDecoder::check_fixed_header() const {
  if (field_[0] != kMagic1 || field_[1] != kMagic2) {
    return fail(Code::malformed, "gzip: no member starts here", member_offset_);
  }
  if (field_[2] != kMethodDeflate) {
    return fail(Code::malformed,
                fmt::format("gzip: method {} is unknown", std::to_integer<int>(field_[2])),
                member_offset_);
  }
  if (has(field_[3], kReservedFlags)) {
    return fail(Code::malformed, "gzip: reserved flags are set", member_offset_);
  }
  return {};
}

Result<SteppedDecoder::Turn> GzipDecoder::read_header(Buffers& io) {
  switch (part_) {
    case Part::fixed:
      if (!fill_field(io, kFixedHeaderSize)) return Turn::wants_buffers;
      BH_CHECK(check_fixed_header());
      flags_ = field_[3];
      header_crc_ = update_crc32(0, field_);
      break;
    case Part::extra_length:
      if (!fill_field(io, 2)) return Turn::wants_buffers;
      extra_left_ = load_le(field_, 0, 2);
      header_crc_ = update_crc32(header_crc_, ByteView(field_).first(2));
      break;
    case Part::extra: {
      const std::size_t length = std::min(extra_left_, io.in.size());
      take_header(io, length);
      extra_left_ -= length;
      if (extra_left_ != 0) return Turn::wants_buffers;
      break;
    }
    case Part::header_crc:
      if (!fill_field(io, 2)) return Turn::wants_buffers;
      if (load_le(field_, 0, 2) != (header_crc_ & 0xffff)) {
        return fail(Code::malformed, "gzip: the checksum of a member's header is wrong",
                    member_offset_);
      }
      break;
    default:
      if (!take_text(io)) return Turn::wants_buffers;
      break;
  }
  field_size_ = 0;
  part_ = part_after(part_);
  if (part_ == Part::data) inflater_->reset();
  return Turn::again;
}

Result<SteppedDecoder::Turn> GzipDecoder::read_data(Buffers& io) {
  const Inflater::Inflated inflated =
      inflater_->inflate(io.in.first(std::min(io.in.size(), kMostAtOnce)),
                         io.out.first(std::min(io.out.size(), kMostAtOnce)));
  io.in = io.in.subspan(inflated.consumed);
  io.out = io.out.subspan(inflated.produced);
  member_bytes_ += inflated.produced;
  switch (inflated.state) {
    case Inflater::State::damaged:
      // The member's place and not the exact byte: libraries read ahead, so only this is the same
      // for each of them and for every size of buffer.
      return fail(Code::malformed, "gzip: the deflate data of a member is damaged", member_offset_);
    case Inflater::State::done: {
      // The trailer comes next and is as long as what the library may have taken of it.
      const ByteView leftover = inflater_->leftover();
      std::ranges::copy(leftover, field_.begin());
      field_size_ = leftover.size();
      part_ = Part::trailer;
      return Turn::again;
    }
    case Inflater::State::running:
      break;
  }
  const bool is_stuck = inflated.consumed + inflated.produced == 0;
  return is_stuck || io.out.empty() ? Turn::wants_buffers : Turn::again;
}

Result<SteppedDecoder::Turn> GzipDecoder::read_trailer(Buffers& io) {
  if (!fill_field(io, kTrailerSize)) return Turn::wants_buffers;
  const std::uint64_t at = offset(io) - kTrailerSize;
  if (load_le(field_, 0, 4) != inflater_->crc()) {
    return fail(Code::malformed, "gzip: the checksum of a member is wrong", at);
  }
  if (load_le(field_, 4, 4) != static_cast<std::uint32_t>(member_bytes_)) {
    return fail(Code::malformed, "gzip: the size in a member's trailer is wrong", at);
  }
  part_ = Part::between;
  return Turn::again;
}

}  // namespace bulkhead::io
