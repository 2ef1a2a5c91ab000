// liblzma: xz files of one or more streams. The streams are told apart here, and not by liblzma's
// own flag for it, so that bytes after the last one are reported like those of other formats.
#include <algorithm>

#include <fmt/format.h>
#include <lzma.h>

#include "bulkhead/io/backends.h"
#include "bulkhead/io/stepped_decoder.h"

namespace bulkhead::io {
namespace {

// What liblzma needs beside the window: states of the filters and of the index, well below 1 MiB.
constexpr std::uint64_t kBesideWindow = 1 << 20;

constexpr std::byte kMagic1{0xfd};
constexpr std::uint64_t kPaddingUnit = 4;  // The .xz File Format 1.2, section 2.2

class XzDecoder final : public SteppedDecoder {
 public:
  explicit XzDecoder(const Limits& limits) : window_limit_(limits.zstd_window_bytes) {}
  ~XzDecoder() override { lzma_end(&stream_); }
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;

 private:
  enum class Part { start, stream, between };

  Result<Turn> turn(Buffers& io) override {
    switch (part_) {
      case Part::start:
        return start(io);
      case Part::stream:
        return decode(io);
      case Part::between:
        return skip_stream_padding(io);
    }
    return Turn::wants_buffers;
  }

  Result<void> check_end() override {
    if (part_ != Part::between) {
      return fail(Code::truncated, "xz: the data ends inside a stream", offset());
    }
    return check_padding(offset());
  }

  Result<Turn> start(Buffers& io) {
    if (io.in.empty()) return Turn::wants_buffers;
    const std::uint64_t memory = std::max(window_limit_, window_limit_ + kBesideWindow);
    const lzma_ret code = lzma_stream_decoder(&stream_, memory, LZMA_TELL_UNSUPPORTED_CHECK);
    start_offset_ = offset(io);
    if (code != LZMA_OK) return std::unexpected(error_of(code));
    part_ = Part::stream;
    return Turn::again;
  }

  Result<Turn> decode(Buffers& io) {
    if (io.out.empty()) return Turn::wants_buffers;
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(io.in.data());
    stream_.avail_in = io.in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(io.out.data());
    stream_.avail_out = io.out.size();
    const lzma_ret code = lzma_code(&stream_, LZMA_RUN);
    const bool is_stuck = stream_.avail_in == io.in.size() && stream_.avail_out == io.out.size();
    io.in = io.in.last(stream_.avail_in);
    io.out = io.out.last(stream_.avail_out);
    if (code == LZMA_STREAM_END) {
      part_ = Part::between;
      padding_ = 0;
      return Turn::again;
    }
    // LZMA_BUF_ERROR only says that this call and the one before got nowhere.
    if (code != LZMA_OK && code != LZMA_BUF_ERROR) return std::unexpected(error_of(code));
    return is_stuck ? Turn::wants_buffers : Turn::again;
  }

  Result<Turn> skip_stream_padding(Buffers& io) {
    const auto end = std::ranges::find_if(io.in, [](std::byte b) { return b != std::byte{0}; });
    const auto zeros = static_cast<std::size_t>(end - io.in.begin());
    padding_ += zeros;
    io.in = io.in.subspan(zeros);
    if (io.in.empty()) return Turn::wants_buffers;
    if (io.in.front() != kMagic1) {
      return fail(Code::malformed, "xz: other bytes than zeros follow the last stream", offset(io));
    }
    BH_CHECK(check_padding(offset(io)));
    part_ = Part::start;
    return Turn::again;
  }

  Result<void> check_padding(std::uint64_t place) const {
    if (padding_ % kPaddingUnit == 0) return {};
    return fail(Code::malformed, "xz: the padding is no multiple of four bytes", place);
  }

  // The place is the stream's: where exactly liblzma stops depends on the sizes of the buffers.
  Error error_of(lzma_ret code) const {
    const std::uint64_t place = start_offset_;
    switch (code) {
      case LZMA_MEMLIMIT_ERROR:
        return {Code::limit_exceeded,
                fmt::format("xz: a window of {} bytes is not enough (--max-zstd-window-bytes)",
                            window_limit_),
                {},
                place};
      case LZMA_MEM_ERROR:
        return {Code::limit_exceeded, "xz: no memory for the window", {}, place};
      case LZMA_OPTIONS_ERROR:
        return {Code::unsupported, "xz: unknown filters or options", {}, place};
      case LZMA_UNSUPPORTED_CHECK:
        return {Code::unsupported, "xz: unknown kind of integrity check", {}, place};
      case LZMA_FORMAT_ERROR:
        return {Code::malformed, "xz: no stream starts here", {}, place};
      default:
        return {Code::malformed, "xz: the data is damaged", {}, place};
    }
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  std::uint64_t window_limit_;
  Part part_ = Part::start;
  std::uint64_t start_offset_ = 0;
  std::uint64_t padding_ = 0;  // zeros since the stream's end
};

}  // namespace

std::unique_ptr<Decoder> make_xz_decoder(const Limits& limits) {
  return std::make_unique<XzDecoder>(limits);
}

}  // namespace bulkhead::io
