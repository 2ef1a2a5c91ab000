#include "tests/support/compress.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

namespace bulkhead::test_support {
namespace {

using Buffer = std::array<char, 64 << 10>;

void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "test support: %s failed\n", what);
  std::abort();
}

std::string little_endian(std::uint64_t value, std::size_t width) {
  std::string bytes;
  for (std::size_t i = 0; i < width; ++i, value >>= 8) {
    bytes.push_back(static_cast<char>(value & 0xff));
  }
  return bytes;
}

std::uint32_t crc32_of(std::uint32_t crc, std::string_view bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

/// RFC 1952, section 2.3.
std::string gzip_header(const GzipHeader& header) {
  unsigned flags = header.is_text ? 1 : 0;
  if (header.has_header_crc) flags |= 2;
  if (header.extra) flags |= 4;
  if (header.name) flags |= 8;
  if (header.comment) flags |= 16;
  std::string bytes = "\x1f\x8b\x08";
  bytes += little_endian(flags, 1) + little_endian(header.mtime_unix_s, 4);
  bytes += little_endian(header.extra_flags, 1) + little_endian(header.os, 1);
  if (header.extra) bytes += little_endian(header.extra->size(), 2) + *header.extra;
  if (header.name) bytes += *header.name + '\0';
  if (header.comment) bytes += *header.comment + '\0';
  if (header.has_header_crc) bytes += little_endian(crc32_of(0, bytes) & 0xffff, 2);
  return bytes;
}

/// Raw deflate by zlib (RFC 1951).
class Deflate {
 public:
  explicit Deflate(int level) {
    must(deflateInit2(&stream_, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK,
         "deflateInit2");
  }
  ~Deflate() { deflateEnd(&stream_); }
  Deflate(const Deflate&) = delete;
  Deflate& operator=(const Deflate&) = delete;

  void run(std::string_view plain, int flush, std::string& out) {
    while (true) {
      const std::size_t length = std::min<std::size_t>(plain.size(), 1 << 30);
      const bool is_last = length == plain.size();
      // zlib's interface lacks a const here; it does not write to its input.
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
      stream_.avail_in = static_cast<uInt>(length);
      do {
        stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
        stream_.avail_out = static_cast<uInt>(buffer_.size());
        must(deflate(&stream_, is_last ? flush : Z_NO_FLUSH) != Z_STREAM_ERROR, "deflate");
        out.append(buffer_.data(), buffer_.size() - stream_.avail_out);
      } while (stream_.avail_out == 0);
      if (is_last) return;
      plain.remove_prefix(length);
    }
  }

 private:
  z_stream stream_{};
  Buffer buffer_;
};

class GzipCompressor final : public Compressor {
 public:
  explicit GzipCompressor(const CompressOptions& options)
      : deflate_(options.level), out_(gzip_header(options.gzip)) {}
  void append(std::string_view plain) override {
    crc_ = crc32_of(crc_, plain);
    size_ += plain.size();
    if (!plain.empty()) deflate_.run(plain, Z_NO_FLUSH, out_);
  }
  std::string finish() override {
    deflate_.run({}, Z_FINISH, out_);
    return std::move(out_) + little_endian(crc_, 4) + little_endian(size_ & 0xffffffff, 4);
  }

 private:
  Deflate deflate_;
  std::string out_;
  std::uint32_t crc_ = 0;
  std::uint64_t size_ = 0;
};

class ZstdCompressor final : public Compressor {
 public:
  explicit ZstdCompressor(const CompressOptions& options) : context_(ZSTD_createCCtx()) {
    must(context_ != nullptr, "ZSTD_createCCtx");
    set(ZSTD_c_compressionLevel, options.level);
    set(ZSTD_c_checksumFlag, options.has_zstd_checksum ? 1 : 0);
    set(ZSTD_c_contentSizeFlag, options.has_zstd_content_size ? 1 : 0);
    if (options.zstd_window_log != 0) set(ZSTD_c_windowLog, options.zstd_window_log);
  }
  /// Tells the frame's size beforehand, so that its header can carry it.
  void pledge(std::uint64_t size) {
    must(!ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(context_.get(), size)), "zstd pledge");
  }
  void append(std::string_view plain) override { run(plain, ZSTD_e_continue); }
  std::string finish() override {
    run({}, ZSTD_e_end);
    return std::move(out_);
  }

 private:
  void set(ZSTD_cParameter parameter, int value) {
    must(!ZSTD_isError(ZSTD_CCtx_setParameter(context_.get(), parameter, value)), "zstd parameter");
  }
  void run(std::string_view plain, ZSTD_EndDirective directive) {
    ZSTD_inBuffer in{plain.data(), plain.size(), 0};
    std::size_t left = 0;
    do {
      ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
      left = ZSTD_compressStream2(context_.get(), &out, &in, directive);
      must(!ZSTD_isError(left), "ZSTD_compressStream2");
      out_.append(buffer_.data(), out.pos);
    } while (in.pos < in.size || (directive == ZSTD_e_end && left != 0));
  }

  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> context_;
  std::string out_;
  Buffer buffer_;
};

class XzCompressor final : public Compressor {
 public:
  explicit XzCompressor(const CompressOptions& options) {
    const auto preset = static_cast<std::uint32_t>(std::min(options.level, 9));
    must(lzma_easy_encoder(&stream_, preset, LZMA_CHECK_CRC64) == LZMA_OK, "lzma_easy_encoder");
  }
  ~XzCompressor() override { lzma_end(&stream_); }
  XzCompressor(const XzCompressor&) = delete;
  XzCompressor& operator=(const XzCompressor&) = delete;

  void append(std::string_view plain) override { run(plain, LZMA_RUN); }
  std::string finish() override {
    run({}, LZMA_FINISH);
    return std::move(out_);
  }

 private:
  void run(std::string_view plain, lzma_action action) {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(plain.data());
    stream_.avail_in = plain.size();
    lzma_ret status = LZMA_OK;
    while (stream_.avail_in > 0 || (action == LZMA_FINISH && status != LZMA_STREAM_END)) {
      stream_.next_out = reinterpret_cast<std::uint8_t*>(buffer_.data());
      stream_.avail_out = buffer_.size();
      status = lzma_code(&stream_, action);
      must(status == LZMA_OK || status == LZMA_STREAM_END, "lzma_code");
      out_.append(buffer_.data(), buffer_.size() - stream_.avail_out);
    }
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  std::string out_;
  Buffer buffer_;
};

class Bzip2Compressor final : public Compressor {
 public:
  explicit Bzip2Compressor(const CompressOptions& options) {
    must(BZ2_bzCompressInit(&stream_, std::clamp(options.level, 1, 9), 0, 0) == BZ_OK,
         "BZ2_bzCompressInit");
  }
  ~Bzip2Compressor() override { BZ2_bzCompressEnd(&stream_); }
  Bzip2Compressor(const Bzip2Compressor&) = delete;
  Bzip2Compressor& operator=(const Bzip2Compressor&) = delete;

  void append(std::string_view plain) override {
    while (!plain.empty()) {
      const std::size_t length = std::min<std::size_t>(plain.size(), 1 << 30);
      // As with zlib: the interface lacks a const.
      stream_.next_in = const_cast<char*>(plain.data());
      stream_.avail_in = static_cast<unsigned>(length);
      while (stream_.avail_in > 0) step(BZ_RUN);
      plain.remove_prefix(length);
    }
  }
  std::string finish() override {
    stream_.avail_in = 0;
    while (step(BZ_FINISH) != BZ_STREAM_END) {
    }
    return std::move(out_);
  }

 private:
  int step(int action) {
    stream_.next_out = buffer_.data();
    stream_.avail_out = static_cast<unsigned>(buffer_.size());
    const int status = BZ2_bzCompress(&stream_, action);
    must(status >= 0, "BZ2_bzCompress");
    out_.append(buffer_.data(), buffer_.size() - stream_.avail_out);
    return status;
  }

  bz_stream stream_{};
  std::string out_;
  Buffer buffer_;
};

class PlainKeeper final : public Compressor {
 public:
  void append(std::string_view plain) override { out_ += plain; }
  std::string finish() override { return std::move(out_); }

 private:
  std::string out_;
};

std::string compress_member(std::string_view plain, Compression compression,
                            const CompressOptions& options) {
  if (compression == Compression::zstd) {
    ZstdCompressor zstd(options);
    if (options.has_zstd_content_size) zstd.pledge(plain.size());
    zstd.append(plain);
    return zstd.finish();
  }
  const std::unique_ptr<Compressor> compressor = make_compressor(compression, options);
  compressor->append(plain);
  return compressor->finish();
}

}  // namespace

std::unique_ptr<Compressor> make_compressor(Compression compression,
                                            const CompressOptions& options) {
  switch (compression) {
    case Compression::gzip:
      return std::make_unique<GzipCompressor>(options);
    case Compression::zstd:
      return std::make_unique<ZstdCompressor>(options);
    case Compression::xz:
      return std::make_unique<XzCompressor>(options);
    case Compression::bzip2:
      return std::make_unique<Bzip2Compressor>(options);
    case Compression::none:
      break;
  }
  return std::make_unique<PlainKeeper>();
}

std::string compress(std::string_view plain, Compression compression,
                     const CompressOptions& options) {
  std::string out;
  if (options.zstd_skippable) {  // RFC 8878, section 3.1.2
    out += little_endian(0x184d2a50, 4) + little_endian(options.zstd_skippable->size(), 4);
    out += *options.zstd_skippable;
  }
  const std::size_t most = options.member_bytes == 0 ? plain.size() : options.member_bytes;
  do {
    out += compress_member(plain.substr(0, most), compression, options);
    plain.remove_prefix(std::min(most, plain.size()));
  } while (!plain.empty());
  return out + std::string(options.trailing_zeros, '\0') + options.trailing;
}

std::string gzip_repeated(std::string_view piece, std::uint64_t count) {
  // A full flush ends on a byte border and forgets the window, so the block can be repeated.
  std::string block;
  Deflate deflate(9);
  deflate.run(piece, Z_FULL_FLUSH, block);
  std::string end;
  Deflate(9).run({}, Z_FINISH, end);

  std::string out = gzip_header({});
  out.reserve(out.size() + block.size() * count + end.size() + 8);
  const std::uint32_t piece_crc = crc32_of(0, piece);
  uLong crc = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    out += block;
    crc = ::crc32_combine(crc, piece_crc, static_cast<z_off_t>(piece.size()));
  }
  out += end;
  return out + little_endian(crc, 4) + little_endian((piece.size() * count) & 0xffffffff, 4);
}

}  // namespace bulkhead::test_support
