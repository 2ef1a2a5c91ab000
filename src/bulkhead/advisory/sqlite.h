#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace bulkhead::advisory {

/// A prepared SQLite statement. Its connection outlives it.
class Query {
 public:
  Query() = default;

  /// Binds the parameter `index`, from 1. The text must live until the next `step` or `run` has
  /// ended the statement or it is bound again.
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view text);
  void bind_blob(int index, std::string_view bytes);

  /// Goes to the next row; false after the last one, and the statement may be bound again.
  /// @error malformed  The file is damaged; limit_exceeded: it is full; io.
  Result<bool> step();
  /// Runs a statement that gives no rows.
  Result<void> run();
  /// Ends it before its last row.
  void reset();

  std::int64_t integer(int column) const;
  /// Valid until the next step, reset or bind.
  std::string_view text(int column) const;
  std::string_view blob(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// An SQLite connection. Not for several threads at once.
class Database {
 public:
  Database() = default;

  /// A new file that only this process uses and that nothing protects against a crash: no
  /// journal, one transaction. `cache_kib` is the memory for pages.
  static Result<Database> create(const std::string& path, int page_bytes, int cache_kib);
  /// A finished file that never changes again: read only, no locks, no look at its journal.
  static Result<Database> open_immutable(const std::string& path);

  Result<void> run(const std::string& sql);
  Result<Query> prepare(std::string_view sql);
  /// @error io  What was still to be written could not be.
  Result<void> close();

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  Error error(std::string_view what) const;

  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace bulkhead::advisory
