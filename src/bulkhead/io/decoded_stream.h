#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/limits.h"
#include "bulkhead/io/decoder.h"

namespace bulkhead::io {

/// Decodes a blob as its stored bytes arrive, whatever its compression (by magic bytes; a plain
/// blob passes through without a copy), and enforces `Limits::decoded_bytes` and `inflate_ratio`.
///
/// One thread: `feed` ... `finish`, which hand on plain bytes in place while they are in the cache.
/// Two threads: `decode_into` ... `drain_into` with the buffers of a ring. One blob uses one pair.
///
/// @error limit_exceeded  More than `decoded_bytes`, all of which have been handed on; or, once 1
///                        GiB has been decoded, more than `inflate_ratio` times what was stored.
/// @error                 Those of `Decoder`. An error is final; the bytes before it were handed
/// on.
class BlobDecoder {
 public:
  /// The view dies at return. An error of it comes out of `feed` or `finish`.
  using Consume = std::function<Result<void>(ByteView plain)>;

  /// @param chunk_bytes  Size of the decode buffer, at least 1. Of a compressed blob `consume` gets
  ///                     whole chunks (but for the last, and before an error), however it is fed.
  BlobDecoder(const Limits& limits, std::size_t chunk_bytes);

  Result<void> feed(ByteView stored, const Consume& consume);
  /// The blob has ended.
  /// @error truncated  Inside a member.
  Result<void> finish(const Consume& consume);

  /// As `Decoder::step`; a plain blob is copied. Never takes nothing off a non-empty `stored` while
  /// `out` has room that it leaves.
  Result<Decoder::Step> decode_into(ByteView stored, MutableByteView out);
  /// After the last `decode_into`: what is still held back. To be called until it gives 0 bytes,
  /// which says that the blob has ended well.
  /// @param out  Not empty.  @error truncated  The blob ended inside a member.
  Result<std::size_t> drain_into(MutableByteView out);

  /// Known after `kMagicBytes` bytes or `finish`; `none` until then.
  Compression compression() const { return compression_.value_or(Compression::none); }
  std::uint64_t stored_bytes() const { return stored_bytes_; }    // taken so far
  std::uint64_t decoded_bytes() const { return decoded_bytes_; }  // handed on or in the chunk

 private:
  ByteView unread_head() const { return ByteView(head_).first(head_size_).subspan(head_read_); }
  void detect(ByteView head);
  std::size_t take_head(ByteView stored);
  Result<Decoder::Step> decode_bounded(ByteView stored, MutableByteView out);
  Result<void> pass_through(ByteView plain, const Consume& consume);
  Result<void> fill_chunk(const Result<std::size_t>& produced, const Consume& consume);
  Result<void> flush(const Consume& consume);
  MutableByteView chunk_room();
  void check_ratio();
  Error too_much() const;

  Limits limits_;
  std::size_t chunk_bytes_;
  std::vector<std::byte> chunk_;  // made when the first compressed byte arrives
  std::size_t chunk_size_ = 0;    // filled
  std::optional<Compression> compression_;
  std::unique_ptr<Decoder> decoder_;
  std::array<std::byte, kMagicBytes> head_{};  // where the blob arrives in smaller pieces
  std::size_t head_size_ = 0;
  std::size_t head_read_ = 0;
  std::uint64_t stored_bytes_ = 0;
  std::uint64_t decoded_bytes_ = 0;
  std::optional<Error> error_;
};

}  // namespace bulkhead::io
