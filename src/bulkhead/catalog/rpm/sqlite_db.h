#pragma once

#include <cstdint>
#include <vector>

#include "bulkhead/catalog/random_file.h"
#include "bulkhead/catalog/rpm/pages.h"
#include "bulkhead/catalog/rpm/records.h"
#include "bulkhead/catalog/rpm/sqlite_log.h"

namespace bulkhead::catalog::rpm {

/// Which row a record came from, so that it is known again where a log leaves the row as it was.
struct RowMark {
  std::int64_t number = 0;
  std::uint64_t header_bytes = 0;
  std::size_t start_hash = 0;  // of the part of the header that lies in the table's own page
};

/// An SQLite database that may have a write-ahead log, perhaps in another layer.
struct LoggableFacts final : RecordFacts {
  explicit LoggableFacts(const Limits& the_limits)
      : skeleton(the_limits.random_memory_bytes), limits(the_limits) {}

  std::vector<RowMark> marks;  // one a record
  PageSkeleton skeleton;
  std::uint32_t page_bytes = 0;
  Limits limits;  // of the run that read it

  std::uint64_t memory_bytes() const override;
};

/// Reads rpm's `rpmdb.sqlite` as it is without its log. Where a row cannot be read, the rows behind
/// it are read from the end.
/// @return  RecordFacts, or LoggableFacts where it may have a log.
FactsPtr read_sqlite(const RandomFile& file, const Limits& limits, Notes& notes);

/// The packages of `database` with `log` laid over it.
RecordFacts apply_log(const LoggableFacts& database, const LogFacts& log, Notes& notes);

}  // namespace bulkhead::catalog::rpm
