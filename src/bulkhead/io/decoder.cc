#include "bulkhead/io/decoder.h"

#include "bulkhead/io/backends.h"
#include "bulkhead/io/gzip.h"

namespace bulkhead::io {
namespace {

constexpr GzipBackend kGzipBackends[] = {
#ifdef BULKHEAD_HAVE_ISAL
    {"isa-l",
     []() -> std::unique_ptr<Decoder> {
       return std::make_unique<GzipDecoder>(make_isal_inflater());
     }},
#endif
    {"zlib",
     []() -> std::unique_ptr<Decoder> {
       return std::make_unique<GzipDecoder>(make_zlib_inflater());
     }},
};

bool starts_with(ByteView bytes, std::string_view magic) {
  return as_text(bytes).starts_with(magic);
}

}  // namespace

std::string_view compression_name(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "none";
    case Compression::gzip:
      return "gzip";
    case Compression::zstd:
      return "zstd";
    case Compression::xz:
      return "xz";
    case Compression::bzip2:
      return "bzip2";
  }
  return "unknown";
}

Compression detect_compression(ByteView head) {
  using namespace std::string_view_literals;
  if (starts_with(head, "\x1f\x8b\x08"sv)) return Compression::gzip;
  if (starts_with(head, "\x28\xb5\x2f\xfd"sv)) return Compression::zstd;
  if (starts_with(head, "\xfd\x37\x7a\x58\x5a\x00"sv)) return Compression::xz;
  if (head.size() >= 4) {
    const std::string_view text = as_text(head);
    if (text.starts_with("BZh") && text[3] >= '1' && text[3] <= '9') return Compression::bzip2;
    const bool is_skippable = (head[0] & std::byte{0xf0}) == std::byte{0x50};
    if (is_skippable && starts_with(head.subspan(1), "\x2a\x4d\x18"sv)) return Compression::zstd;
  }
  return Compression::none;
}

std::unique_ptr<Decoder> make_decoder(Compression compression, const Limits& limits) {
  switch (compression) {
    case Compression::gzip:
      return kGzipBackends[0].make();
    case Compression::zstd:
      return make_zstd_decoder(limits);
    case Compression::xz:
      return make_xz_decoder(limits);
    case Compression::bzip2:
      return make_bzip2_decoder();
    case Compression::none:
      break;
  }
  return nullptr;
}

std::span<const GzipBackend> gzip_backends() { return kGzipBackends; }

}  // namespace bulkhead::io
