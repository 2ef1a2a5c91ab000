// zlib: the deflate library that exists everywhere.
#include <algorithm>

#include <zlib.h>

#include "bulkhead/io/crc32.h"
#include "bulkhead/io/inflater.h"

namespace bulkhead::io {
namespace {

constexpr int kRawDeflate = -15;  // no header, the full 32 KiB window

// zlib never writes through next_in; its field lacks the const unless ZLIB_CONST is defined.
Bytef* zlib_in(ByteView in) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
}

class ZlibInflater final : public Inflater {
 public:
  ZlibInflater() : is_ready_(inflateInit2(&stream_, kRawDeflate) == Z_OK) {}
  ~ZlibInflater() override {
    if (is_ready_) inflateEnd(&stream_);
  }
  ZlibInflater(const ZlibInflater&) = delete;  // zlib's state points back at the stream
  ZlibInflater& operator=(const ZlibInflater&) = delete;

  void reset() override {
    if (is_ready_) inflateReset(&stream_);
    crc_ = 0;
  }

  Inflated inflate(ByteView in, MutableByteView out) override {
    if (!is_ready_) return {0, 0, State::damaged};
    if (out.empty()) return {};  // zlib refuses a null pointer, and has nothing to do
    stream_.next_in = zlib_in(in);
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    if (in.empty()) stream_.next_in = &no_input_;
    const int code = ::inflate(&stream_, Z_NO_FLUSH);
    Inflated inflated;
    inflated.consumed = in.size() - stream_.avail_in;
    inflated.produced = out.size() - stream_.avail_out;
    crc_ = update_crc32(crc_, out.first(inflated.produced));
    // Z_BUF_ERROR: no progress was possible.
    if (code == Z_STREAM_END) {
      inflated.state = State::done;
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      inflated.state = State::damaged;
    }
    return inflated;
  }

  ByteView leftover() const override { return {}; }  // zlib gives whole bytes back
  std::uint32_t crc() const override { return crc_; }

 private:
  z_stream stream_ = {};
  Bytef no_input_ = 0;
  std::uint32_t crc_ = 0;
  bool is_ready_;
};

}  // namespace

std::uint32_t update_crc32(std::uint32_t crc, ByteView bytes) {
  if (bytes.empty()) return crc;  // zlib takes a null pointer as "start anew"
  return static_cast<std::uint32_t>(
      crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::unique_ptr<Inflater> make_zlib_inflater() { return std::make_unique<ZlibInflater>(); }

}  // namespace bulkhead::io
