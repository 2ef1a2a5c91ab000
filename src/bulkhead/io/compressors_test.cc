#include "bulkhead/io/compressors_test.h"

#include <stdexcept>

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "bulkhead/base/bytes.h"
#include "bulkhead/io/crc32.h"

namespace bulkhead::io::test {
namespace {

void require(bool is_good) {
  if (!is_good) throw std::runtime_error("an encoder failed");
}

void append_le(std::string& to, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) to += static_cast<char>((value >> (8 * i)) & 0xff);
}

std::string raw_deflate(std::string_view plain, int level) {
  z_stream stream = {};
  require(deflateInit2(&stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, plain.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int code = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  require(code == Z_STREAM_END);
  return out;
}

}  // namespace

std::string gzip(std::string_view plain, int level, const GzipFields& fields) {
  std::string out = "\x1f\x8b\x08";
  out += static_cast<char>((fields.has_header_crc ? 2 : 0) | (fields.extra.empty() ? 0 : 4) |
                           (fields.name.empty() ? 0 : 8) | (fields.comment.empty() ? 0 : 16));
  out += std::string("\0\0\0\0\0\3", 6);
  if (!fields.extra.empty()) {
    append_le(out, fields.extra.size(), 2);
    out += fields.extra;
  }
  if (!fields.name.empty()) out += fields.name + '\0';
  if (!fields.comment.empty()) out += fields.comment + '\0';
  if (fields.has_header_crc) append_le(out, update_crc32(0, as_bytes(out)) & 0xffff, 2);
  out += raw_deflate(plain, level);
  append_le(out, update_crc32(0, as_bytes(plain)), 4);
  append_le(out, plain.size(), 4);
  return out;
}

std::string zstd(std::string_view plain, int level, bool has_checksum, int window_log) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, has_checksum ? 1 : 0);
  if (window_log != 0) {
    // Without a known size the window stands in the header as it was asked for.
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  }
  std::string out(ZSTD_compressBound(plain.size()) + 64, '\0');
  ZSTD_inBuffer in{plain.data(), plain.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  // In two calls, so that the encoder cannot know the size beforehand where a window is asked for.
  if (window_log != 0)
    require(ZSTD_isError(ZSTD_compressStream2(context, &to, &in, ZSTD_e_flush)) == 0);
  const std::size_t left = ZSTD_compressStream2(context, &to, &in, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  require(left == 0);
  out.resize(to.pos);
  return out;
}

std::string zstd_skippable(std::string_view content, unsigned kind) {
  std::string out;
  append_le(out, 0x184d2a50U + kind, 4);
  append_le(out, content.size(), 4);
  return out.append(content);
}

std::string xz(std::string_view plain, unsigned preset, XzCheck check) {
  constexpr lzma_check kChecks[] = {LZMA_CHECK_NONE, LZMA_CHECK_CRC32, LZMA_CHECK_CRC64,
                                    LZMA_CHECK_SHA256};
  std::string out(lzma_stream_buffer_bound(plain.size()), '\0');
  std::size_t size = 0;
  require(lzma_easy_buffer_encode(preset, kChecks[static_cast<int>(check)], nullptr,
                                  reinterpret_cast<const std::uint8_t*>(plain.data()), plain.size(),
                                  reinterpret_cast<std::uint8_t*>(out.data()), &size,
                                  out.size()) == LZMA_OK);
  out.resize(size);
  return out;
}

std::string bzip2(std::string_view plain, int level) {
  std::string out(plain.size() + plain.size() / 100 + 1024, '\0');
  auto size = static_cast<unsigned>(out.size());
  require(BZ2_bzBuffToBuffCompress(out.data(), &size, const_cast<char*>(plain.data()),
                                   static_cast<unsigned>(plain.size()), level, 0, 0) == BZ_OK);
  out.resize(size);
  return out;
}

std::string sample_bytes(std::size_t size, std::uint32_t seed) {
  constexpr std::string_view kWords[] = {
      "lib", "usr", "0644", "root", "version", "\0\0\0\0\0\0\0", "the ", "image", "\n", "layer/"};
  std::string out;
  std::uint32_t state = seed * 2654435761U + 12345;
  while (out.size() < size) {
    state = state * 1664525U + 1013904223U;
    const std::uint32_t pick = (state >> 16) % 14;
    if (pick < std::size(kWords)) {
      out += kWords[pick];
    } else {
      for (unsigned i = 0; i < 4; ++i) out += static_cast<char>((state >> (8 + 6 * i)) & 0xff);
    }
  }
  out.resize(size);
  return out;
}

}  // namespace bulkhead::io::test
