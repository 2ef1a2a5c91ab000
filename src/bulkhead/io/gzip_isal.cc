// ISA-L: two to three times as fast as zlib, on x86-64 and arm64.
#ifdef BULKHEAD_HAVE_ISAL

#include <algorithm>
#include <array>

#include <isa-l/igzip_lib.h>

#include "bulkhead/io/inflater.h"

namespace bulkhead::io {
namespace {

// ISA-L counts the output in 32 bits, and takes a look back past the count for damage. It never
// looks back further than 32 KiB, so the count is kept low enough not to wrap in a large member.
constexpr std::uint32_t kTotalOutKept = 1U << 20;
static_assert(kTotalOutKept > ISAL_DEF_HIST_SIZE);

class IsalInflater final : public Inflater {
 public:
  IsalInflater() { isal_inflate_init(&state_); }

  void reset() override {
    isal_inflate_reset(&state_);
    state_.crc_flag = ISAL_GZIP_NO_HDR;  // raw deflate, with the CRC of what comes out
    is_damaged_ = false;
    leftover_size_ = 0;
  }

  Inflated inflate(ByteView in, MutableByteView out) override {
    state_.next_in = const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(in.data()));
    state_.avail_in = static_cast<std::uint32_t>(in.size());
    state_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    state_.avail_out = static_cast<std::uint32_t>(out.size());
    state_.total_out = std::min(state_.total_out, kTotalOutKept);
    if (isal_inflate(&state_) < 0) {
      // What ISA-L decoded before the damage may still lie in its own buffer. It hands that out
      // like the end of a good member if told that the input is done.
      is_damaged_ = true;
      state_.block_state = ISAL_BLOCK_INPUT_DONE;
      isal_inflate(&state_);
    }
    Inflated inflated;
    inflated.consumed = in.size() - state_.avail_in;
    inflated.produced = out.size() - state_.avail_out;
    if (state_.block_state == ISAL_BLOCK_FINISH) {
      inflated.state = is_damaged_ ? State::damaged : State::done;
      if (!is_damaged_) keep_leftover();
    }
    return inflated;
  }

  ByteView leftover() const override { return ByteView(leftover_).first(leftover_size_); }
  std::uint32_t crc() const override { return state_.crc; }

 private:
  /// The bit buffer may hold bytes that follow the deflate data, even some that came with an
  /// earlier call.
  void keep_leftover() {
    const auto bits = static_cast<std::uint32_t>(std::max(state_.read_in_length, 0));
    std::uint64_t buffer = state_.read_in >> (bits % 8);
    leftover_size_ = std::min<std::size_t>(bits / 8, leftover_.size());
    for (std::size_t i = 0; i < leftover_size_; ++i, buffer >>= 8) {
      leftover_[i] = static_cast<std::byte>(buffer & 0xff);
    }
  }

  inflate_state state_ = {};  // about 90 KiB
  bool is_damaged_ = false;
  std::array<std::byte, 8> leftover_{};
  std::size_t leftover_size_ = 0;
};

}  // namespace

std::unique_ptr<Inflater> make_isal_inflater() { return std::make_unique<IsalInflater>(); }

}  // namespace bulkhead::io

#endif  // BULKHEAD_HAVE_ISAL
