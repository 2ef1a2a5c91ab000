// liblzma: xz files of one or more streams, whose padding it checks itself.
#include <algorithm>

#include <fmt/format.h>
#include <lzma.h>

#include "bulkhead/io/backends.h"
#include "bulkhead/io/stepped_decoder.h"

namespace bulkhead::io {
namespace {

// What liblzma needs beside the window: states of the filters and of the index, well below 1 MiB.
constexpr std::uint64_t kBesideWindow = 1 << 20;

class XzDecoder final : public SteppedDecoder {
 public:
  explicit XzDecoder(const Limits& limits) : window_limit_(limits.zstd_window_bytes) {
    const std::uint64_t memory = std::max(window_limit_, window_limit_ + kBesideWindow);
    is_ready_ = lzma_stream_decoder(&stream_, memory,
                                    LZMA_CONCATENATED | LZMA_TELL_UNSUPPORTED_CHECK) == LZMA_OK;
  }
  ~XzDecoder() override { lzma_end(&stream_); }
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;

 private:
  Result<Turn> turn(Buffers& io) override {
    if (!is_ready_) return fail(Code::io, "xz: liblzma cannot start");
    if (io.out.empty()) return Turn::wants_buffers;
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(io.in.data());
    stream_.avail_in = io.in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(io.out.data());
    stream_.avail_out = io.out.size();
    const lzma_ret code = lzma_code(&stream_, LZMA_RUN);
    const bool is_stuck = stream_.avail_in == io.in.size() && stream_.avail_out == io.out.size();
    io.in = io.in.last(stream_.avail_in);
    io.out = io.out.last(stream_.avail_out);
    // LZMA_BUF_ERROR only says that this call and the one before got nowhere.
    if (code != LZMA_OK && code != LZMA_BUF_ERROR)
      return std::unexpected(error_of(code, offset(io)));
    return is_stuck ? Turn::wants_buffers : Turn::again;
  }

  Result<void> check_end() override {
    if (!is_ready_) return fail(Code::io, "xz: liblzma cannot start");
    stream_.avail_in = 0;
    stream_.avail_out = 0;
    const lzma_ret code = lzma_code(&stream_, LZMA_FINISH);
    if (code == LZMA_STREAM_END) return {};
    if (code == LZMA_OK || code == LZMA_BUF_ERROR) {
      return fail(Code::truncated, "xz: the data ends inside a stream", offset());
    }
    return std::unexpected(error_of(code, offset()));
  }

  Error error_of(lzma_ret code, std::uint64_t place) const {
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
  bool is_ready_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_xz_decoder(const Limits& limits) {
  return std::make_unique<XzDecoder>(limits);
}

}  // namespace bulkhead::io
