#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/io/decoder.h"

namespace bulkhead::test_support {

using io::Compression;

/// Optional fields of a gzip member's header (RFC 1952, section 2.3.1).
struct GzipHeader {
  std::optional<std::string> extra = {};    // FEXTRA, raw
  std::optional<std::string> name = {};     // FNAME
  std::optional<std::string> comment = {};  // FCOMMENT
  bool has_header_crc = false;              // FHCRC
  bool is_text = false;                     // FTEXT
  std::uint32_t mtime_unix_s = 0;
  std::uint8_t extra_flags = 0;
  std::uint8_t os = 255;  // "unknown": the same bytes on every machine
};

struct CompressOptions {
  int level = 6;
  std::size_t member_bytes = 0;  // plain bytes of one member, frame or stream; 0: all in one
  GzipHeader gzip = {};
  int zstd_window_log = 0;            // 0: what the level takes
  bool has_zstd_checksum = true;      // the frame's content checksum
  bool has_zstd_content_size = true;  // the frame's header tells its size (one-frame case only)
  std::optional<std::string> zstd_skippable = {};  // user data of a skippable frame before the rest
  std::size_t trailing_zeros = 0;
  std::string trailing = {};  // any bytes after all of that
};

/// Compresses pieces as they come, into memory: for plain bytes that are larger than one wants to
/// hold. A failing library ends the program: a builder that cannot build is a broken test.
class Compressor {
 public:
  virtual ~Compressor() = default;
  virtual void append(std::string_view plain) = 0;
  /// What has been compressed; the compressor is then used up.
  virtual std::string finish() = 0;
};

/// One member, frame or stream (`member_bytes` and what goes around it are not looked at);
/// `none` keeps the bytes.
std::unique_ptr<Compressor> make_compressor(Compression compression,
                                            const CompressOptions& options = {});

/// The whole of `plain`, with members split and surroundings as `options` say. Deterministic.
std::string compress(std::string_view plain, Compression compression,
                     const CompressOptions& options = {});

/// A gzip member of `count` times `piece`, made in the time of compressing `piece` once: for bombs.
std::string gzip_repeated(std::string_view piece, std::uint64_t count);

}  // namespace bulkhead::test_support
