#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "bulkhead/catalog/random_file.h"
#include "bulkhead/catalog/rpm/pages.h"
#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::rpm {

/// A write-ahead log: the pages that its finished transactions wrote, the latest of each.
struct LogFacts final : Facts {
  RandomFile file;
  std::uint32_t page_bytes = 0;
  std::uint64_t count = 0;                       // pages of the database after them
  std::map<std::uint64_t, std::uint64_t> pages;  // number -> offset in `file`

  std::uint64_t memory_bytes() const override;
};

/// Reads `rpmdb.sqlite-wal` as SQLite does when it finds one: frames count as long as salts and
/// checksums are right, up to the last one that ends a transaction.
///
/// @return  Null where the log holds no finished transaction.
/// @error io  The spool's. What is wrong with the log is noted.
/// @see https://www.sqlite.org/fileformat2.html, section 4
Result<FactsPtr> read_log(RandomFile file, const Limits& limits, Notes& notes);

/// A database with its log laid over it.
class LoggedPages final : public Pages {
 public:
  LoggedPages(const LogFacts& log, const PageSkeleton& skeleton) : log_(log), skeleton_(skeleton) {}

  std::uint32_t page_bytes() const override { return log_.page_bytes; }
  std::uint64_t count() const override { return log_.count; }
  Result<void> read(std::uint64_t page, MutableByteView out) override;

  /// Forgets what the rows up to now were made of.
  void begin_row() { has_stub_ = false, has_logged_rest_ = false; }
  /// The row since then goes on in pages of which only the skeleton is left, or, too, in the log.
  bool has_stub() const { return has_stub_; }
  bool has_logged_rest() const { return has_logged_rest_; }

 private:
  const LogFacts& log_;
  const PageSkeleton& skeleton_;
  std::string scratch_;
  bool has_stub_ = false;
  bool has_logged_rest_ = false;
};

}  // namespace bulkhead::catalog::rpm
