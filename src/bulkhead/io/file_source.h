#pragma once

#include <cstdint>

#include "bulkhead/io/fd.h"
#include "bulkhead/io/source.h"

namespace bulkhead::io {

/// A regular file that is open already. `size` is what it had then: where it has shrunk since,
/// reads come out short.
class FileSource final : public Source {
 public:
  FileSource(Fd fd, std::uint64_t size) : fd_(std::move(fd)), size_(size) {}
  std::uint64_t size() const override { return size_; }
  Result<std::size_t> read_at(std::uint64_t offset, MutableByteView out) const override;

 private:
  Fd fd_;
  std::uint64_t size_;
};

}  // namespace bulkhead::io
