#pragma once

#include <cstddef>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"

namespace bulkhead::io {

/// Bytes that come once and in order: a pipe, the body of an HTTP answer. Used by one thread at a
/// time.
class Stream {
 public:
  virtual ~Stream() = default;
  /// Waits until there is at least one byte, or the end, and reads up to `out.size()` bytes; 0 is
  /// the end.
  /// @error io         The system's or the connection's message; or "cancelled".
  /// @error truncated  The sender stopped before the length that it had promised.
  virtual Result<std::size_t> read(MutableByteView out) = 0;
};

}  // namespace bulkhead::io
