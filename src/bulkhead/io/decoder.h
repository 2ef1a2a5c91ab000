#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/limits.h"

namespace bulkhead::io {

enum class Compression { none, gzip, zstd, xz, bzip2 };
std::string_view compression_name(Compression compression);

/// Bytes that `detect_compression` wants to see, if the blob has that many.
inline constexpr std::size_t kMagicBytes = 6;

/// By magic bytes: gzip 1f8b08 (RFC 1952; 08 is its only method); zstd 28b52ffd and skippable
/// frames 5?2a4d18 (RFC 8878); xz fd377a585a00; bzip2 "BZh1" to "BZh9".
Compression detect_compression(ByteView head);

/// Turns compressed bytes into plain ones, in steps, holding no more than its window.
/// Reads all members, frames or streams that follow each other; zeros after the last are padding
/// (for xz: in multiples of four, also between streams, as its format says).
/// What was decoded before damage is handed out before the error: for gzip and zstd the same bytes
/// whatever the sizes of the steps; liblzma and libbz2 may keep back some of what they had.
class Decoder {
 public:
  struct Step {
    std::size_t consumed = 0;  // bytes taken off `in`
    std::size_t produced = 0;  // bytes written to `out`
  };
  virtual ~Decoder() = default;
  /// Decodes from `in` into `out`. Progress is made unless `in` and what is held back are used up;
  /// so a caller gives more input once a step produced less than `out` and consumed all of `in`.
  /// An error is final: later steps and `finish` return it again.
  /// @error malformed       The data is damaged, a checksum is wrong, or bytes that are neither a
  ///                        member nor zeros follow the last one. `offset` is in the blob: of the
  ///                        bytes in question, or of their member, frame, block or stream.
  /// @error limit_exceeded  A zstd window above `Limits::zstd_window_bytes`, xz memory likewise.
  /// @error unsupported     A zstd dictionary, an unknown xz check or filter.
  virtual Result<Step> step(ByteView in, MutableByteView out) = 0;
  /// All input has been given and taken, and the last step produced less than it could.
  /// @error truncated  It ended inside a member, or before the first.
  virtual Result<void> finish() = 0;
};

/// @param compression  Not `none` (there is nothing to decode).
std::unique_ptr<Decoder> make_decoder(Compression compression, const Limits& limits);

/// The gzip decoders that exist in this build ("isa-l", "zlib"), the preferred one first; tests
/// run each.
struct GzipBackend {
  std::string_view name;
  std::unique_ptr<Decoder> (*make)();
};
std::span<const GzipBackend> gzip_backends();

}  // namespace bulkhead::io
