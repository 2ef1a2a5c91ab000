// libbz2: streams one after another, each with its own start and end.
#include <algorithm>

#include <bzlib.h>

#include "bulkhead/io/backends.h"
#include "bulkhead/io/stepped_decoder.h"

namespace bulkhead::io {
namespace {

bool may_start_stream(std::byte first) { return first == std::byte{'B'}; }

class Bzip2Decoder final : public SteppedDecoder {
 public:
  Bzip2Decoder() = default;
  ~Bzip2Decoder() override { close(); }
  Bzip2Decoder(const Bzip2Decoder&) = delete;  // libbz2's state points back at the stream
  Bzip2Decoder& operator=(const Bzip2Decoder&) = delete;

 private:
  enum class Part { start, stream, between };

  Result<Turn> turn(Buffers& io) override {
    switch (part_) {
      case Part::start:
        return start(io);
      case Part::stream:
        return decode(io);
      case Part::between: {
        BH_TRY(const Turn turned, skip_padding(io, may_start_stream, "bzip2 stream"));
        if (turned == Turn::again) part_ = Part::start;
        return turned;
      }
    }
    return Turn::wants_buffers;
  }

  Result<void> check_end() override {
    if (part_ == Part::between) return {};
    return fail(Code::truncated, "bzip2: the data ends inside a stream", offset());
  }

  Result<Turn> start(Buffers& io) {
    if (io.in.empty()) return Turn::wants_buffers;
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) {
      return fail(Code::limit_exceeded, "bzip2: no memory for a block", offset(io));
    }
    is_open_ = true;
    start_offset_ = offset(io);
    part_ = Part::stream;
    return Turn::again;
  }

  Result<Turn> decode(Buffers& io) {
    // libbz2 looks for no output where it has no room, and for no input where it has none.
    if (io.out.empty()) return Turn::wants_buffers;
    const std::size_t in_size = std::min(io.in.size(), kMostAtOnce);
    const std::size_t out_size = std::min(io.out.size(), kMostAtOnce);
    stream_.next_in = const_cast<char*>(as_text(io.in).data());  // libbz2 does not write there
    stream_.avail_in = static_cast<unsigned>(in_size);
    stream_.next_out = reinterpret_cast<char*>(io.out.data());
    stream_.avail_out = static_cast<unsigned>(out_size);
    const int code = BZ2_bzDecompress(&stream_);
    const std::size_t consumed = in_size - stream_.avail_in;
    const std::size_t produced = out_size - stream_.avail_out;
    io.in = io.in.subspan(consumed);
    io.out = io.out.subspan(produced);
    switch (code) {
      case BZ_OK:
        return consumed + produced == 0 ? Turn::wants_buffers : Turn::again;
      case BZ_STREAM_END:
        close();
        part_ = Part::between;
        return Turn::again;
      case BZ_MEM_ERROR:
        return fail(Code::limit_exceeded, "bzip2: no memory for a block", start_offset_);
      case BZ_DATA_ERROR_MAGIC:
        return fail(Code::malformed, "bzip2: no stream starts here", start_offset_);
      default:
        return fail(Code::malformed, "bzip2: the data is damaged", offset(io));
    }
  }

  void close() {
    if (is_open_) BZ2_bzDecompressEnd(&stream_);
    is_open_ = false;
  }

  bz_stream stream_ = {};
  bool is_open_ = false;
  Part part_ = Part::start;
  std::uint64_t start_offset_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> make_bzip2_decoder() { return std::make_unique<Bzip2Decoder>(); }

}  // namespace bulkhead::io
