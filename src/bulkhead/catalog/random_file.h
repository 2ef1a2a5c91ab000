#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"
#include "bulkhead/base/limits.h"
#include "bulkhead/io/source.h"
#include "bulkhead/io/spool.h"

namespace bulkhead::catalog {

/// A wanted file whose bytes can be read from any place: in memory, or in a private spool.
class RandomFile {
 public:
  RandomFile() = default;
  explicit RandomFile(std::string bytes) : bytes_(std::move(bytes)), size_(bytes_.size()) {}
  explicit RandomFile(std::shared_ptr<const io::Source> source)
      : source_(std::move(source)), size_(source_->size()) {}

  std::uint64_t size() const { return size_; }
  /// What it takes of the memory; a spool takes none.
  std::uint64_t memory_bytes() const { return source_ ? 0 : bytes_.capacity(); }

  /// The `count` bytes at `offset`: a view into the file, or into `scratch`, to which they were
  /// read. It lives until either changes.
  /// @error truncated  The file ends before; io: the spool's.
  Result<ByteView> read(std::uint64_t offset, std::uint64_t count, std::string& scratch) const;

 private:
  std::string bytes_;
  std::shared_ptr<const io::Source> source_;  // null: it is in memory
  std::uint64_t size_ = 0;
};

/// Collects a file that streams by, so that it can be read out of order. Memory is bounded by
/// --max-random-memory-bytes; what is larger moves to a spool, up to --max-spool-bytes.
class RandomFileWriter {
 public:
  /// @param size_hint  Bytes that the file is said to have; only a hint.
  /// @param folder     Of the spool; empty: $TMPDIR, or /tmp.
  RandomFileWriter(const Limits& limits, std::uint64_t size_hint, std::string folder = {});

  /// @error limit_exceeded, io, not_found  As io::Spool.
  Result<void> append(ByteView chunk);
  RandomFile take() &&;
  /// The same, for those who read from a source.
  std::shared_ptr<const io::Source> into_source() &&;
  /// What it takes of the memory so far.
  std::uint64_t memory_bytes() const { return bytes_.size(); }

 private:
  std::uint64_t most_in_memory_;
  std::uint64_t most_;
  std::string folder_;
  std::string bytes_;
  std::optional<io::Spool> spool_;
};

}  // namespace bulkhead::catalog
