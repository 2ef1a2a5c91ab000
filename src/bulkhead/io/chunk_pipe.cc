#include "bulkhead/io/chunk_pipe.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace bulkhead::io {

void ChunkPipe::write(ByteView bytes) {
  if (bytes.empty()) return;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return is_left_ || waiting_bytes_ < most_bytes_; });
  if (is_left_) return;
  std::vector<std::byte> chunk;
  if (!free_.empty()) {
    chunk = std::move(free_.back());
    free_.pop_back();
  }
  lock.unlock();
  chunk.assign(bytes.begin(), bytes.end());
  lock.lock();
  waiting_bytes_ += chunk.size();
  chunks_.push_back(std::move(chunk));
  changed_.notify_all();
}

void ChunkPipe::close(std::optional<Error> error) {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  error_ = std::move(error);
  changed_.notify_all();
}

void ChunkPipe::leave() {
  const std::lock_guard lock(mutex_);
  is_left_ = true;
  chunks_.clear();
  free_.clear();
  changed_.notify_all();
}

Result<std::size_t> ChunkPipe::read_at(std::uint64_t, MutableByteView out) const {
  std::size_t done = 0;
  std::unique_lock lock(mutex_);
  while (done < out.size()) {
    // A full buffer each time, whatever the writer's chunks: the reader's work does not depend on
    // how the bytes came.
    changed_.wait(lock, [&] { return !chunks_.empty() || is_closed_; });
    if (chunks_.empty()) break;
    std::vector<std::byte>& first = chunks_.front();
    lock.unlock();  // only this side takes chunks away
    const std::size_t length = std::min(out.size() - done, first.size() - first_read_);
    std::memcpy(out.data() + done, first.data() + first_read_, length);
    lock.lock();
    done += length;
    first_read_ += length;
    if (first_read_ < first.size()) break;
    waiting_bytes_ -= first.size();
    first_read_ = 0;
    free_.push_back(std::move(first));
    chunks_.pop_front();
    changed_.notify_all();
  }
  if (done == 0 && error_) return std::unexpected(*error_);
  return done;
}

}  // namespace bulkhead::io
