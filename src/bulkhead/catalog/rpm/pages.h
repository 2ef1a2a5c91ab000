#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/error.h"
#include "bulkhead/catalog/random_file.h"

// The pages that SQLite is given to read. Internal to the folder.
namespace bulkhead::catalog::rpm {

/// The pages of one database, from 1.
class Pages {
 public:
  virtual ~Pages() = default;
  virtual std::uint32_t page_bytes() const = 0;
  virtual std::uint64_t count() const = 0;
  /// Fills `out`, one page.
  /// @error truncated  There is no such page; io.
  virtual Result<void> read(std::uint64_t page, MutableByteView out) = 0;
};

/// What the first 100 bytes of an SQLite database say.
/// @see https://www.sqlite.org/fileformat2.html, section 1.3
struct SqliteHead {
  std::uint32_t page_bytes = 0;
  bool may_have_log = false;  // it was last written in the mode of a write-ahead log
};
inline constexpr std::size_t kSqliteHeadBytes = 100;

bool is_sqlite(ByteView head);
/// @error truncated, malformed
Result<SqliteHead> read_sqlite_head(ByteView head);

/// What of a database must be kept so that a write-ahead log, found later, can be laid over it: the
/// pages that were read to list its packages. Of a page that continues a package's header only the
/// number of the next one is kept: what the header says is known by then.
class PageSkeleton {
 public:
  /// @param most_bytes  With more, all of it is given up.
  explicit PageSkeleton(std::uint64_t most_bytes) : most_bytes_(most_bytes) {}

  void keep(std::uint64_t page, ByteView bytes);

  /// Until then pages are kept whole.
  void end_of_schema() { is_schema_ = false; }

  bool is_given_up() const { return is_given_up_; }

  const std::string* find(std::uint64_t page) const;
  std::uint64_t memory_bytes() const { return memory_bytes_; }

 private:
  std::map<std::uint64_t, std::string> pages_;
  std::uint64_t most_bytes_;
  std::uint64_t memory_bytes_ = 0;
  bool is_schema_ = true;
  bool is_given_up_ = false;
};

/// Is it a page of a B-tree? Any other begins with the number of a page, whose first byte would
/// reach the value of such a kind in a database of 30 million pages only.
/// @pre bytes.size() > 100
bool is_tree_page(std::uint64_t page, ByteView bytes);

/// Bytes of an overflow page that name the next one.
inline constexpr std::size_t kNextPageBytes = 4;

/// A database by itself.
class FilePages final : public Pages {
 public:
  /// @param skeleton  Is given every page that is read; null: nobody wants them.
  FilePages(const RandomFile& file, std::uint32_t page_bytes, PageSkeleton* skeleton)
      : file_(file), page_bytes_(page_bytes), skeleton_(skeleton) {}

  std::uint32_t page_bytes() const override { return page_bytes_; }
  /// A page that the file's end cuts counts; its missing bytes are zeros.
  std::uint64_t count() const override { return (file_.size() + page_bytes_ - 1) / page_bytes_; }
  Result<void> read(std::uint64_t page, MutableByteView out) override;

 private:
  const RandomFile& file_;
  std::uint32_t page_bytes_;
  PageSkeleton* skeleton_;
  std::string scratch_;
};

}  // namespace bulkhead::catalog::rpm
