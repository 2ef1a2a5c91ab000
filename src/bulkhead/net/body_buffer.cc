#include "bulkhead/net/body_buffer.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

namespace bulkhead::net {
namespace {

// How often a waiting reader looks whether the run was cancelled.
constexpr std::chrono::milliseconds kLook(100);

}  // namespace

bool BodyBuffer::try_write(ByteView bytes) {
  std::size_t at = 0;
  {
    const std::lock_guard lock(mutex_);
    if (bytes.size() > capacity_ - used_) {
      is_paused_ = true;
      is_unflushed_ = true;
      return false;
    }
    at = (first_ + used_) % capacity_;
  }
  // The reader only ever makes the free part larger, so it is ours without the lock.
  if (!ring_) ring_ = std::make_unique_for_overwrite<std::byte[]>(capacity_);
  const std::size_t until_end = std::min(bytes.size(), capacity_ - at);
  std::memcpy(ring_.get() + at, bytes.data(), until_end);
  std::memcpy(ring_.get(), bytes.data() + until_end, bytes.size() - until_end);
  {
    const std::lock_guard lock(mutex_);
    used_ += bytes.size();
    is_unflushed_ = used_ < capacity_ / 4;
  }
  if (!is_unflushed_) changed_.notify_one();
  return true;
}

void BodyBuffer::flush() {
  if (std::exchange(is_unflushed_, false)) changed_.notify_one();
}

void BodyBuffer::finish(std::optional<Error> error) {
  {
    const std::lock_guard lock(mutex_);
    if (is_finished_) return;
    is_finished_ = true;
    error_ = std::move(error);
  }
  changed_.notify_one();
}

Result<BodyBuffer::Read> BodyBuffer::read(MutableByteView out,
                                          const std::function<bool()>& is_cancelled) {
  if (out.empty()) return Read{};
  std::size_t at = 0;
  std::size_t count = 0;
  {
    std::unique_lock lock(mutex_);
    while (used_ == 0 && !is_finished_) {
      if (is_cancelled()) return fail(Code::io, "cancelled");
      changed_.wait_for(lock, kLook);
    }
    if (is_cancelled()) return fail(Code::io, "cancelled");
    if (used_ == 0) {
      if (error_) return std::unexpected(*error_);
      return Read{};
    }
    at = first_;
    count = std::min(out.size(), used_);
  }
  const std::size_t until_end = std::min(count, capacity_ - at);
  std::memcpy(out.data(), ring_.get() + at, until_end);
  std::memcpy(out.data() + until_end, ring_.get(), count - until_end);
  const std::lock_guard lock(mutex_);
  first_ = (first_ + count) % capacity_;
  used_ -= count;
  // Half of the ring at once, so that the writer is not woken for every piece.
  const bool is_resume = is_paused_ && used_ <= capacity_ / 2;
  if (is_resume) is_paused_ = false;
  return Read{count, is_resume};
}

}  // namespace bulkhead::net
