#include "bulkhead/catalog/rpm/sqlite_file.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/rpm/numbers.h"

namespace bulkhead::catalog::rpm {
namespace {

// Bytes of pages that SQLite may read before it knows the tables: rpm's own schema takes some 10
// KiB. Without it, a schema of a million indexes keeps SQLite busy for hours.
constexpr std::uint64_t kMaxSchemaBytes = 512 << 10;
constexpr int kCachePages = 64;
constexpr std::size_t kWriteVersionAt = 18, kReadVersionAt = 19, kPageCountAt = 28;

/// What SQLite reads from.
struct Medium {
  Pages* pages = nullptr;
  std::uint64_t size = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t last_offset = 0;
  bool is_schema_known = false;
  std::optional<Error> error;  // the first one that a page gave
  std::string page;            // the one read last
  std::uint64_t page_number = 0;

  Result<void> load(std::uint64_t number);
};

Result<void> Medium::load(std::uint64_t number) {
  if (number == page_number) return {};
  page_number = 0;
  last_offset = (number - 1) * pages->page_bytes();
  bytes_read += pages->page_bytes();
  if (!is_schema_known && bytes_read > kMaxSchemaBytes) {
    return fail(Code::limit_exceeded,
                fmt::format("its schema takes more than {} bytes", kMaxSchemaBytes));
  }
  page.resize(pages->page_bytes());
  const auto out = MutableByteView(reinterpret_cast<std::byte*>(page.data()), page.size());
  BH_CHECK(pages->read(number, out));
  if (number == 1) {
    // SQLite would look for a write-ahead log; ours has been laid over the pages, if there is one.
    page[kWriteVersionAt] = 1;
    page[kReadVersionAt] = 1;
  }
  page_number = number;
  return {};
}

struct File : sqlite3_file {
  Medium* medium;
};

int close_file(sqlite3_file*) { return SQLITE_OK; }

int read_file(sqlite3_file* file, void* out, int count, sqlite3_int64 offset) {
  Medium& medium = *static_cast<File*>(file)->medium;
  auto* const to = static_cast<char*>(out);
  const auto wanted = static_cast<std::size_t>(count);
  const std::uint64_t page_bytes = medium.pages->page_bytes();
  const auto at = static_cast<std::uint64_t>(offset);
  if (at >= medium.size) {
    std::fill_n(to, wanted, '\0');
    return SQLITE_IOERR_SHORT_READ;
  }
  const std::size_t begin = at % page_bytes;
  if (wanted > page_bytes - begin) return SQLITE_IOERR_READ;  // SQLite reads within one page
  if (const Result<void> loaded = medium.load(at / page_bytes + 1); !loaded) {
    if (!medium.error) medium.error = loaded.error();
    return SQLITE_IOERR_READ;
  }
  std::copy_n(medium.page.data() + begin, wanted, to);
  return SQLITE_OK;
}

int write_file(sqlite3_file*, const void*, int, sqlite3_int64) { return SQLITE_READONLY; }
int truncate_file(sqlite3_file*, sqlite3_int64) { return SQLITE_READONLY; }
int sync_file(sqlite3_file*, int) { return SQLITE_OK; }
int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(static_cast<File*>(file)->medium->size);
  return SQLITE_OK;
}
int lock_file(sqlite3_file*, int) { return SQLITE_OK; }
int check_lock(sqlite3_file*, int* is_reserved) {
  *is_reserved = 0;
  return SQLITE_OK;
}
int control_file(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_bytes(sqlite3_file*) { return 0; }
int traits_of_file(sqlite3_file*) { return SQLITE_IOCAP_IMMUTABLE; }

sqlite3_io_methods file_methods() {
  sqlite3_io_methods methods{};
  methods.iVersion = 1;  // no shared memory, no mapping
  methods.xClose = close_file;
  methods.xRead = read_file;
  methods.xWrite = write_file;
  methods.xTruncate = truncate_file;
  methods.xSync = sync_file;
  methods.xFileSize = size_of_file;
  methods.xLock = lock_file;
  methods.xUnlock = lock_file;
  methods.xCheckReservedLock = check_lock;
  methods.xFileControl = control_file;
  methods.xSectorSize = sector_bytes;
  methods.xDeviceCharacteristics = traits_of_file;
  return methods;
}

int open_file(sqlite3_vfs* vfs, const char*, sqlite3_file* file, int flags, int* out_flags) {
  static const sqlite3_io_methods kMethods = file_methods();
  file->pMethods = nullptr;
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return SQLITE_CANTOPEN;
  static_cast<File*>(file)->medium = static_cast<Medium*>(vfs->pAppData);
  file->pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int remove_file(sqlite3_vfs*, const char*, int) { return SQLITE_READONLY; }
int is_there(sqlite3_vfs*, const char*, int, int* result) {
  *result = 0;  // no journal and no log lies beside it
  return SQLITE_OK;
}
int full_name(sqlite3_vfs*, const char* name, int bytes, char* out) {
  const std::string_view text(name);
  if (bytes <= 0 || text.size() >= static_cast<std::size_t>(bytes)) return SQLITE_CANTOPEN;
  *std::ranges::copy(text, out).out = '\0';
  return SQLITE_OK;
}
int fill_random(sqlite3_vfs*, int bytes, char* out) {
  std::fill_n(out, std::max(bytes, 0), '\0');
  return bytes;
}
int wait(sqlite3_vfs*, int) { return 0; }
int time_now(sqlite3_vfs*, double* days) {
  *days = 0;
  return SQLITE_OK;
}
int last_system_error(sqlite3_vfs*, int, char*) { return 0; }

/// Lets statements read the packages and the list of tables, and nothing else.
int authorize(void*, int action, const char* table, const char*, const char*, const char*) {
  if (action == SQLITE_SELECT) return SQLITE_OK;
  if (action != SQLITE_READ || table == nullptr) return SQLITE_DENY;
  const std::string name = to_lower(table);
  return name == "packages" || name == "sqlite_master" ? SQLITE_OK : SQLITE_DENY;
}

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct Close {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};

}  // namespace

struct SqliteFile::State {
  Medium medium;
  sqlite3_vfs vfs{};
  std::string vfs_name;
  std::unique_ptr<sqlite3, Close> connection;
  std::unique_ptr<sqlite3_stmt, Finalize> rows;
  bool is_backwards = false;
  std::optional<std::int64_t> last_number;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    rows.reset();
    connection.reset();
    sqlite3_vfs_unregister(&vfs);
  }

  void register_vfs() {
    // Registered under a name that no other connection has, for as long as this one lives.
    vfs_name = fmt::format("bulkhead-{}", fmt::ptr(this));
    vfs.iVersion = 1;
    vfs.szOsFile = sizeof(File);
    vfs.mxPathname = 64;
    vfs.zName = vfs_name.c_str();
    vfs.pAppData = &medium;
    vfs.xOpen = open_file;
    vfs.xDelete = remove_file;
    vfs.xAccess = is_there;
    vfs.xFullPathname = full_name;
    vfs.xRandomness = fill_random;
    vfs.xSleep = wait;
    vfs.xCurrentTime = time_now;
    vfs.xGetLastError = last_system_error;
    sqlite3_vfs_register(&vfs, 0);
  }

  Error error(int result) {
    if (medium.error) return *medium.error;
    const Code code = (result & 0xFF) == SQLITE_TOOBIG || (result & 0xFF) == SQLITE_NOMEM
                          ? Code::limit_exceeded
                          : Code::malformed;
    return {code,
            (result & 0xFF) == SQLITE_TOOBIG ? "a header is longer than --max-rpm-header-bytes"
            : connection                     ? sqlite3_errmsg(connection.get())
                                             : sqlite3_errstr(result),
            {},
            medium.last_offset};
  }

  Result<void> prepare(std::string_view sql) {
    rows.reset();  // before: it would take away the message of an error
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v2(connection.get(), sql.data(),
                                          static_cast<int>(sql.size()), &statement, nullptr);
    rows.reset(statement);
    if (result != SQLITE_OK) return std::unexpected(error(result));
    return {};
  }

  Result<bool> step() {
    const int result = sqlite3_step(rows.get());
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    return std::unexpected(error(result));
  }
};

SqliteFile::SqliteFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteFile::SqliteFile(SqliteFile&&) noexcept = default;
SqliteFile& SqliteFile::operator=(SqliteFile&&) noexcept = default;
SqliteFile::~SqliteFile() = default;

Result<SqliteFile> SqliteFile::open(Pages& pages, std::uint64_t most_row_bytes) {
  auto state = std::make_unique<State>();
  Medium& medium = state->medium;
  medium.pages = &pages;
  BH_CHECK(medium.load(1));
  // Where the file was cut, pages that its header counts give an error when they are wanted, and
  // not before: SQLite would refuse all of it.
  const std::uint64_t counted = load_be<4>(as_bytes(medium.page), kPageCountAt);
  medium.size = std::max(pages.count(), counted) * pages.page_bytes();
  state->register_vfs();
  sqlite3* connection = nullptr;
  const int result = sqlite3_open_v2(
      "rpmdb", &connection, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, state->vfs_name.c_str());
  state->connection.reset(connection);
  if (result != SQLITE_OK) return std::unexpected(state->error(result));
  const auto most = static_cast<int>(std::min<std::uint64_t>(
      most_row_bytes + 64, std::numeric_limits<int>::max()));  // the row's own head
  sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, most);
  sqlite3_limit(connection, SQLITE_LIMIT_SQL_LENGTH, 64 << 10);
  sqlite3_limit(connection, SQLITE_LIMIT_EXPR_DEPTH, 20);
  sqlite3_limit(connection, SQLITE_LIMIT_COLUMN, 64);
  sqlite3_limit(connection, SQLITE_LIMIT_VDBE_OP, 10'000);
  sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(connection, SQLITE_LIMIT_WORKER_THREADS, 0);
  for (const int off : {SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW,
                        SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION}) {
    sqlite3_db_config(connection, off, 0, nullptr);
  }
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  const std::string setup = fmt::format(
      "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; "
      "PRAGMA cache_size={}",
      kCachePages);
  const int set = sqlite3_exec(connection, setup.c_str(), nullptr, nullptr, nullptr);
  if (set != SQLITE_OK) return std::unexpected(state->error(set));
  sqlite3_set_authorizer(connection, authorize, nullptr);
  return SqliteFile(std::move(state));
}

Result<void> SqliteFile::select(bool is_backwards) {
  State& state = *state_;
  state.medium.is_schema_known = false;
  state.medium.bytes_read = 0;
  BH_CHECK(
      state.prepare("SELECT type, rootpage FROM sqlite_master "
                    "WHERE name = 'Packages' COLLATE NOCASE"));
  BH_TRY(const bool is_there, state.step());
  if (!is_there) return fail(Code::not_found, "it has no table of packages");
  const auto* const type = sqlite3_column_text(state.rows.get(), 0);
  const bool is_table =
      type != nullptr &&
      std::ranges::equal(
          std::string_view("table"),
          ByteView(reinterpret_cast<const std::byte*>(type),
                   static_cast<std::size_t>(sqlite3_column_bytes(state.rows.get(), 0))),
          {}, [](char c) { return std::byte(c); });
  if (!is_table || sqlite3_column_int64(state.rows.get(), 1) <= 0) {
    return fail(Code::malformed, "what it calls Packages is no table");
  }
  BH_CHECK(state.prepare(is_backwards ? "SELECT rowid, blob FROM Packages ORDER BY rowid DESC"
                                      : "SELECT rowid, blob FROM Packages ORDER BY rowid"));
  state.medium.is_schema_known = true;
  state.is_backwards = is_backwards;
  state.last_number.reset();
  return {};
}

Result<bool> SqliteFile::next(PackageRow& row) {
  State& state = *state_;
  BH_TRY(const bool is_there, state.step());
  if (!is_there) return false;
  row.number = sqlite3_column_int64(state.rows.get(), 0);
  if (state.last_number &&
      (state.is_backwards ? row.number >= *state.last_number : row.number <= *state.last_number)) {
    // A tree whose branches meet again would be walked for ever.
    return fail(Code::malformed, "its packages are not in order", state.medium.last_offset);
  }
  state.last_number = row.number;
  const void* const data = sqlite3_column_blob(state.rows.get(), 1);
  const int size = sqlite3_column_bytes(state.rows.get(), 1);
  row.header = data == nullptr || size <= 0
                   ? ByteView()
                   : ByteView(static_cast<const std::byte*>(data), static_cast<std::size_t>(size));
  return true;
}

std::uint64_t SqliteFile::last_offset() const { return state_->medium.last_offset; }

}  // namespace bulkhead::catalog::rpm
