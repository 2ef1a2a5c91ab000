#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "bulkhead/io/inflater.h"
#include "bulkhead/io/stepped_decoder.h"

namespace bulkhead::io {

/// Gzip members one after another (RFC 1952), each with a header whose optional fields may have
/// any length, deflate data, and a trailer of CRC-32 and size modulo 2^32.
class GzipDecoder final : public SteppedDecoder {
 public:
  explicit GzipDecoder(std::unique_ptr<Inflater> inflater) : inflater_(std::move(inflater)) {}

 private:
  enum class Part {
    start,
    fixed,
    extra_length,
    extra,
    name,
    comment,
    header_crc,
    data,
    trailer,
    between
  };

  Result<Turn> turn(Buffers& io) override;
  Result<void> check_end() override;
  Result<Turn> start_member(Buffers& io);
  Result<Turn> read_header(Buffers& io);
  Result<Turn> read_data(Buffers& io);
  Result<Turn> read_trailer(Buffers& io);
  Result<void> check_fixed_header() const;
  Part part_after(Part part) const;
  bool fill_field(Buffers& io, std::size_t size);
  void take_header(Buffers& io, std::size_t length);
  bool take_text(Buffers& io);

  std::unique_ptr<Inflater> inflater_;
  Part part_ = Part::start;
  std::uint64_t member_offset_ = 0;
  std::uint64_t member_bytes_ = 0;  // produced
  std::uint32_t header_crc_ = 0;
  std::byte flags_{};
  std::size_t extra_left_ = 0;
  std::array<std::byte, 10> field_{};  // a field of fixed size, as far as it has come
  std::size_t field_size_ = 0;
};

}  // namespace bulkhead::io
