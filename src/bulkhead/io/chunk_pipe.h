#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "bulkhead/io/source.h"

namespace bulkhead::io {

/// Hands bytes from one thread to another, in order, through a bounded buffer. For the reader it
/// is a source that can be read once, from its start on.
class ChunkPipe final : public Source {
 public:
  /// @param size        Bytes that will be written.
  /// @param most_bytes  That wait for the reader; a writer that is ahead of it waits.
  ChunkPipe(std::uint64_t size, std::size_t most_bytes) : size_(size), most_bytes_(most_bytes) {}

  /// Copies `bytes`; waits while the buffer is full. What is written after `leave` is dropped.
  void write(ByteView bytes);
  /// Nothing more comes: a reader that wants more gets an end, or `error`.
  void close(std::optional<Error> error = {});
  /// The reader reads no more.
  void leave();

  std::uint64_t size() const override { return size_; }
  /// @pre `offset` is where the read before ended.
  /// @error (that of `close`)
  Result<std::size_t> read_at(std::uint64_t offset, MutableByteView out) const override;

 private:
  const std::uint64_t size_;
  const std::size_t most_bytes_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable std::deque<std::vector<std::byte>> chunks_;
  mutable std::vector<std::vector<std::byte>> free_;
  mutable std::size_t waiting_bytes_ = 0;
  mutable std::size_t first_read_ = 0;  // bytes of the first chunk that have been read
  bool is_closed_ = false;
  bool is_left_ = false;
  std::optional<Error> error_;
};

}  // namespace bulkhead::io
