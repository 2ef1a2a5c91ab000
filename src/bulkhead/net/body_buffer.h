#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"

namespace bulkhead::net {

/// A ring of bytes between one writer that must not wait (the network's thread) and one reader
/// that may. Bytes are copied in once and out once, outside the lock: each side owns its part.
class BodyBuffer {
 public:
  explicit BodyBuffer(std::size_t capacity) : capacity_(capacity) {}

  /// Takes all of `bytes`, or none where there is too little room: the writer is then "paused"
  /// until a reader makes room. A piece longer than the ring never fits. A waiting reader is woken
  /// when a quarter of the ring is full, or by flush().
  bool try_write(ByteView bytes);
  /// The writer has nothing more for now. Waking a reader for each small piece would cost more than
  /// the copying.
  void flush();
  /// No more bytes come: the end, or `error` after what is left has been read.
  void finish(std::optional<Error> error);

  struct Read {
    std::size_t bytes = 0;   // 0: the end
    bool is_resume = false;  // there is room for a paused writer again: tell it
  };
  /// Waits for at least one byte or the end.
  /// @error io  "cancelled", soon after `is_cancelled` says so; or what `finish` was given.
  Result<Read> read(MutableByteView out, const std::function<bool()>& is_cancelled);

 private:
  const std::size_t capacity_;
  std::unique_ptr<std::byte[]> ring_ = {};  // made at the first byte: many answers have none
  std::mutex mutex_ = {};
  std::condition_variable changed_ = {};
  std::size_t first_ = 0;  // place of the oldest byte
  std::size_t used_ = 0;
  bool is_paused_ = false;
  bool is_unflushed_ = false;  // of the writer alone
  bool is_finished_ = false;
  std::optional<Error> error_ = {};
};

}  // namespace bulkhead::net
