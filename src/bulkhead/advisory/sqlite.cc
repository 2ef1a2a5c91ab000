#include "bulkhead/advisory/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace bulkhead::advisory {
namespace {

Code code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_MISMATCH:
    case SQLITE_ERROR:  // a table that should be there is not
      return Code::malformed;
    case SQLITE_FULL:
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
      return Code::limit_exceeded;
    default:
      return Code::io;
  }
}

Error error_of(sqlite3* connection, int result, std::string_view what) {
  return {code_of(result),
          fmt::format("sqlite: {}: {}", what,
                      connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(result))};
}

/// `path` as the file: URI that SQLite takes, https://www.sqlite.org/uri.html.
std::string uri_of(const std::string& path, std::string_view parameters) {
  std::string uri = path.starts_with('/') ? "file://" : "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  return uri.append("?").append(parameters);
}

int size_of(std::string_view bytes) { return static_cast<int>(bytes.size()); }

}  // namespace

void Query::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Query::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), index, value);
}

void Query::bind(int index, std::string_view text) {
  // A null pointer would be NULL and not the empty text.
  const char* data = text.data() != nullptr ? text.data() : "";
  sqlite3_bind_text(statement_.get(), index, data, size_of(text), SQLITE_STATIC);
}

void Query::bind_blob(int index, std::string_view bytes) {
  const char* data = bytes.data() != nullptr ? bytes.data() : "";
  sqlite3_bind_blob(statement_.get(), index, data, size_of(bytes), SQLITE_STATIC);
}

Result<bool> Query::step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) {
    sqlite3_reset(statement_.get());
    return false;
  }
  Error error = error_of(sqlite3_db_handle(statement_.get()), result, "reading or writing a row");
  sqlite3_reset(statement_.get());
  return std::unexpected(std::move(error));
}

Result<void> Query::run() {
  BH_TRY(const bool has_row, step());
  if (has_row) reset();
  return {};
}

void Query::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Query::text(int column) const { return blob(column); }

std::string_view Query::blob(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (data == nullptr || size <= 0) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Result<Database> Database::create(const std::string& path, int page_bytes, int cache_kib) {
  Database database;
  sqlite3* connection = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int result = sqlite3_open_v2(path.c_str(), &connection, flags, nullptr);
  database.connection_.reset(connection);
  if (result != SQLITE_OK) return std::unexpected(error_of(connection, result, path));
  BH_CHECK(database.run(fmt::format("PRAGMA page_size={}", page_bytes)));
  BH_CHECK(database.run("PRAGMA journal_mode=OFF"));
  BH_CHECK(database.run("PRAGMA synchronous=OFF"));
  BH_CHECK(database.run("PRAGMA locking_mode=EXCLUSIVE"));
  BH_CHECK(database.run(fmt::format("PRAGMA cache_size=-{}", cache_kib)));
  return database;
}

Result<Database> Database::open_immutable(const std::string& path) {
  Database database;
  sqlite3* connection = nullptr;
  const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
  const int result =
      sqlite3_open_v2(uri_of(path, "immutable=1").c_str(), &connection, flags, nullptr);
  database.connection_.reset(connection);
  if (result != SQLITE_OK) return std::unexpected(error_of(connection, result, path));
  // Cells of a damaged page are checked before they are used.
  BH_CHECK(database.run("PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF"));
  return database;
}

Error Database::error(std::string_view what) const {
  return error_of(connection_.get(), sqlite3_extended_errcode(connection_.get()), what);
}

Result<void> Database::run(const std::string& sql) {
  const int result = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return std::unexpected(error(sql));
  return {};
}

Result<Query> Database::prepare(std::string_view sql) {
  Query query;
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(connection_.get(), sql.data(), size_of(sql),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  query.statement_.reset(statement);
  if (result != SQLITE_OK) return std::unexpected(error(sql));
  return query;
}

Result<void> Database::close() {
  const int result = sqlite3_close_v2(connection_.release());
  if (result != SQLITE_OK) return fail(Code::io, "sqlite: closing a file failed");
  return {};
}

}  // namespace bulkhead::advisory
