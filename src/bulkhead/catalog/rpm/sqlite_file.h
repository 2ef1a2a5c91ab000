#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "bulkhead/base/error.h"
#include "bulkhead/catalog/rpm/pages.h"

struct sqlite3;
struct sqlite3_stmt;

namespace bulkhead::catalog::rpm {

/// One row of rpm's table of packages.
struct PackageRow {
  std::int64_t number = 0;
  ByteView header;  // until the next call
};

/// SQLite on the pages of a database that nobody trusts: through a file system of our own that has
/// just this one file, read only; no extension, view, trigger or function of the schema is run;
/// only the table of packages may be read.
class SqliteFile {
 public:
  /// @param pages            Outlive this.
  /// @param most_row_bytes   A longer row is an error.
  static Result<SqliteFile> open(Pages& pages, std::uint64_t most_row_bytes);
  SqliteFile(SqliteFile&&) noexcept;
  SqliteFile& operator=(SqliteFile&&) noexcept;
  ~SqliteFile();

  /// Begins to read the packages, in the order of their numbers or against it.
  /// @error not_found  There is no table of packages; malformed: it is not as rpm makes it.
  Result<void> select(bool is_backwards);
  /// False after the last one.
  /// @error malformed  The database is damaged here; limit_exceeded: a row too long; io.
  Result<bool> next(PackageRow& row);
  /// The page that was read last, as an offset of the file.
  std::uint64_t last_offset() const;

 private:
  struct State;
  explicit SqliteFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace bulkhead::catalog::rpm
