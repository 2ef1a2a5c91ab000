#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"

namespace bulkhead::io {

/// Bytes that can be read from any place. Safe to use from several threads at once.
class Source {
 public:
  virtual ~Source() = default;
  virtual std::uint64_t size() const = 0;
  /// Reads up to `out.size()` bytes at `offset`; fewer only at the end, 0 past it.
  /// @error io  The system's message.
  virtual Result<std::size_t> read_at(std::uint64_t offset, MutableByteView out) const = 0;
};

/// A regular file, read with pread (a mapping would turn a file cut short under us into SIGBUS).
/// Follows links of the path, as the user named it.
/// @error not_found, io; unsupported: not a regular file.
Result<std::shared_ptr<const Source>> open_file(const std::string& path);

/// The `length` bytes of `whole` from `offset`.
/// @error truncated  The window leaves `whole`.
Result<std::shared_ptr<const Source>> open_slice(std::shared_ptr<const Source> whole,
                                                 std::uint64_t offset, std::uint64_t length);

/// Bytes in memory.
std::shared_ptr<const Source> memory_source(std::string bytes);

/// The whole of a small source.
/// @error limit_exceeded  It is larger than `most` bytes.
Result<std::string> read_all(const Source& source, std::uint64_t most);

}  // namespace bulkhead::io
