#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bulkhead/io/decoder.h"

namespace bulkhead::io {

/// No library call is given more bytes than this at once: zlib, bzip2 and ISA-L count in 32 bits.
inline constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;

/// What the decoders share: the place in the blob, the padding after the last member, and an error
/// that waits until all data before it has been handed out.
class SteppedDecoder : public Decoder {
 public:
  Result<Step> step(ByteView in, MutableByteView out) final;
  Result<void> finish() final;

 protected:
  /// What is left of a step's buffers.
  struct Buffers {
    ByteView in;
    MutableByteView out;
  };
  enum class Turn { again, wants_buffers };

  /// Does one thing and takes what it used off `io`. `again` promises that it took or gave a byte
  /// or came nearer to a byte that it will take: each member costs input, so steps end.
  virtual Result<Turn> turn(Buffers& io) = 0;
  /// The input has ended and every turn is done.
  virtual Result<void> check_end() = 0;

  /// Bytes of the blob that `turn` had taken when it left `io` like this.
  std::uint64_t offset(const Buffers& io) const { return taken_ + (given_ - io.in.size()); }
  std::uint64_t offset() const { return taken_; }

  /// After a member: takes zeros. `again` once the first byte of a next member lies before `io.in`.
  /// @param name  "gzip: member", for the message.
  Result<Turn> skip_padding(Buffers& io, bool may_start(std::byte first), std::string_view name);

 private:
  std::uint64_t taken_ = 0;  // by earlier steps
  std::size_t given_ = 0;    // size of this step's `in`
  bool is_in_padding_ = false;
  std::optional<Error> error_;
};

}  // namespace bulkhead::io
