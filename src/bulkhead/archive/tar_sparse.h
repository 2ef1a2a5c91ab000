#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "bulkhead/archive/tar_header.h"
#include "bulkhead/archive/tar_pax.h"

// Sparse files: where in the unpacked file the stored bytes belong. Internal to the room.
/// @see GNU tar manual, "Sparse Formats"; GNU tar's tar.h for the old form's blocks.
namespace bulkhead::archive {

/// `length` stored bytes that belong at `offset` of the unpacked file.
struct SparseSegment {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// What is wrong with a map, in words; null where nothing is.
using SparseFault = const char*;

/// The segments of the forms 0.0 and 0.1.
SparseFault parse_sparse_records(const PaxSparse& sparse, std::vector<SparseSegment>& out);

/// The old GNU form: four segments in the header, and 21 in each block that follows.
struct OldSparseBlock {
  bool is_extended = false;  // another block follows
  SparseFault fault = nullptr;
};
OldSparseBlock read_old_sparse_header(TarBlock block, std::vector<SparseSegment>& out);
OldSparseBlock read_old_sparse_extension(TarBlock block, std::vector<SparseSegment>& out);
/// None where the header's field cannot be read.
std::optional<std::uint64_t> old_sparse_real_size(TarBlock header);

/// The form 1.0: the map is text at the start of the stored bytes, in blocks of its own.
class SparseTextMap {
 public:
  enum class Step { more, done, bad };
  void start();
  /// Takes the map's next block.
  Step take(TarBlock block, std::vector<SparseSegment>& out);

 private:
  bool take_number(std::uint64_t value, std::vector<SparseSegment>& out);
  std::uint64_t value_ = 0;
  bool has_digit_ = false;
  std::optional<std::uint64_t> left_;  // numbers to come; none before the count
  bool is_length_ = false;             // the next number is a length
};

/// Holds a map against the sizes, and takes the empty segments out.
SparseFault settle_sparse(std::vector<SparseSegment>& segments, std::uint64_t real_bytes,
                          std::uint64_t stored_bytes);

/// Walks an unpacked file: zeros and stored bytes in turn.
class SparseCursor {
 public:
  /// `segments` are settled, and stay as they are until the file's end.
  void start(const std::vector<SparseSegment>& segments, std::uint64_t real_bytes);
  std::uint64_t hole() const;    // zeros that come next
  std::uint64_t stored() const;  // stored bytes that come next, where no zeros do
  void advance(std::uint64_t bytes);

 private:
  const std::vector<SparseSegment>* segments_ = nullptr;
  std::uint64_t real_bytes_ = 0;
  std::uint64_t at_ = 0;
  std::size_t next_ = 0;
};

}  // namespace bulkhead::archive
