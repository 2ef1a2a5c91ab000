#include "bulkhead/advisory/writer.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/advisory/cve_scores.h"
#include "bulkhead/advisory/durable.h"
#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/name_index.h"
#include "bulkhead/advisory/row_codec.h"
#include "bulkhead/advisory/sqlite.h"
#include "bulkhead/io/hash.h"
#include "bulkhead/io/source.h"

namespace bulkhead::advisory {
namespace {

constexpr int kCacheKib = 8 << 10;
constexpr int kPageBytes = 8 << 10;

constexpr const char* kTables =
    "CREATE TABLE about (name TEXT, ecosystem TEXT);"
    "CREATE TABLE advisories (n INTEGER PRIMARY KEY, id TEXT, title TEXT, detail TEXT, refs BLOB,"
    " published INTEGER, modified INTEGER, packages BLOB);"
    "CREATE TABLE names (first INTEGER PRIMARY KEY, block BLOB);"
    "CREATE TABLE statements (package TEXT, n INTEGER, id TEXT, facts BLOB,"
    " PRIMARY KEY (package, n)) WITHOUT ROWID;"
    "CREATE TABLE scores (first INTEGER PRIMARY KEY, block BLOB);"
    "CREATE TABLE support (os TEXT, release TEXT, ends TEXT, extended TEXT, source TEXT,"
    " PRIMARY KEY (os, release)) WITHOUT ROWID;";

Result<void> write_about(Database& out, const FeedKey& key) {
  BH_TRY(Query insert, out.prepare("INSERT INTO about VALUES (?,?)"));
  insert.bind(1, key.name);
  insert.bind(2, key.ecosystem);
  return insert.run();
}

/// The row of an id while the records that share it are read: the words are the first one's.
struct AdvisoryRow {
  std::string id;
  std::string title;
  std::string detail;
  std::string references;
  std::int64_t published_unix_s = 0;
  std::int64_t modified_unix_s = 0;
  std::vector<std::string> packages = {};
};

class AdvisoryTable {
 public:
  static Result<AdvisoryTable> create(Database& out) {
    AdvisoryTable table;
    BH_TRY(table.insert_, out.prepare("INSERT INTO advisories VALUES (?,?,?,?,?,?,?,?)"));
    return table;
  }
  /// The row that `id` is in, a new one if it is not that of the record before.
  Result<AdvisoryRow*> at(std::string_view id) {
    if (number_ != 0 && row_.id == id) return &row_;
    BH_CHECK(finish());
    ++number_;
    row_ = AdvisoryRow();
    row_.id = id;
    return &row_;
  }
  std::int64_t number() const { return number_; }
  /// Writes the last row.
  Result<void> finish() {
    if (number_ == 0) return {};
    keep_first_of_each(row_.packages);
    const std::string packages = encode_texts(row_.packages);
    insert_.bind(1, number_);
    insert_.bind(2, row_.id);
    insert_.bind(3, row_.title);
    insert_.bind(4, row_.detail);
    insert_.bind_blob(5, row_.references);
    insert_.bind(6, row_.published_unix_s);
    insert_.bind(7, row_.modified_unix_s);
    insert_.bind_blob(8, packages);
    return insert_.run();
  }

 private:
  Query insert_;
  AdvisoryRow row_;
  std::int64_t number_ = 0;
};

/// One row for each id; the names of each are collected for `write_names`.
Result<void> write_advisories(Database& out, Staging& staging, Staging::FeedIndex feed,
                              NameIndex& names, WrittenFeed& written) {
  BH_TRY(Query row, staging.prepare("SELECT id, title, detail, refs, published, modified, names,"
                                    " packages, sequence FROM advisory WHERE feed = ?"
                                    " ORDER BY id, modified, sequence"));
  BH_TRY(AdvisoryTable table, AdvisoryTable::create(out));
  row.bind(1, feed);
  for (;;) {
    BH_TRY(const bool has_row, row.step());
    if (!has_row) break;
    if (staging.is_dropped(row.integer(8))) continue;
    ++written.records;
    const std::int64_t published = row.integer(4);
    const std::int64_t modified = row.integer(5);
    written.newest_unix_s = std::max({written.newest_unix_s, published, modified});
    const std::int64_t last_number = table.number();
    BH_TRY(AdvisoryRow * into, table.at(row.text(0)));
    if (table.number() != last_number) {
      into->title = row.text(1);
      into->detail = row.text(2);
      into->references = row.blob(3);
      into->published_unix_s = published;
      into->modified_unix_s = modified;
    }
    BH_TRY(std::vector<std::string> packages, decode_texts(row.blob(7)));
    std::ranges::move(packages, std::back_inserter(into->packages));
    BH_CHECK(names.add(row.blob(6), table.number()));
  }
  return table.finish();
}

Result<void> write_names(Database& out, NameIndex names) {
  BH_TRY(Query insert, out.prepare("INSERT INTO names VALUES (?,?)"));
  for (const auto& [first, block] : std::move(names).blocks()) {
    insert.bind(1, first);
    insert.bind_blob(2, block);
    BH_CHECK(insert.run());
  }
  return {};
}

Result<void> write_statements(Database& out, Staging& staging, Staging::FeedIndex feed) {
  BH_TRY(Query row, staging.prepare("SELECT package, id, facts, sequence FROM statement"
                                    " WHERE feed = ? ORDER BY package, id, sequence, position"));
  BH_TRY(Query insert, out.prepare("INSERT INTO statements VALUES (?,?,?,?)"));
  row.bind(1, feed);
  std::int64_t n = 0;
  for (;;) {
    BH_TRY(const bool has_row, row.step());
    if (!has_row) return {};
    if (staging.is_dropped(row.integer(3))) continue;
    insert.bind(1, row.text(0));
    insert.bind(2, ++n);
    insert.bind(3, row.text(1));
    insert.bind_blob(4, row.blob(2));
    BH_CHECK(insert.run());
  }
}

Result<void> write_support(Database& out, Staging& staging, Staging::FeedIndex feed,
                           WrittenFeed& written) {
  BH_TRY(Query row, staging.prepare("SELECT os, release, ends, extended, source FROM support"
                                    " WHERE feed = ? ORDER BY os, release, ends, extended"));
  BH_TRY(Query insert, out.prepare("INSERT OR REPLACE INTO support VALUES (?,?,?,?,?)"));
  row.bind(1, feed);
  for (;;) {
    BH_TRY(const bool has_row, row.step());
    if (!has_row) return {};
    ++written.records;
    for (int column = 0; column < 5; ++column) insert.bind(column + 1, row.text(column));
    BH_CHECK(insert.run());
  }
}

Result<void> write_scores(Database& out, Staging& staging, Staging::FeedIndex feed,
                          WrittenFeed& written) {
  BH_TRY(const Staging::Scores scores, staging.scores(feed));
  written.records += scores.sorted.size();
  written.newest_unix_s = std::max(written.newest_unix_s, scores.newest_unix_s);
  BH_TRY(Query insert, out.prepare("INSERT INTO scores VALUES (?,?)"));
  std::string block;
  for (std::span<const CveScore> rest = scores.sorted; !rest.empty();) {
    const std::size_t count = fill_block(rest, block);
    insert.bind(1, static_cast<std::int64_t>(rest.front().cve));
    insert.bind_blob(2, block);
    BH_CHECK(insert.run());
    rest = rest.subspan(count);
  }
  return {};
}

Result<void> write_file(const std::string& path, const FeedKey& key, Staging& staging,
                        Staging::FeedIndex feed, WrittenFeed& written) {
  BH_TRY(Database out, Database::create(path, kPageBytes, kCacheKib));
  BH_CHECK(out.run(fmt::format("PRAGMA user_version={}", kStoreVersion)));
  BH_CHECK(out.run(kTables));
  BH_CHECK(out.run("BEGIN"));
  BH_CHECK(write_about(out, key));
  NameIndex names;
  BH_CHECK(write_advisories(out, staging, feed, names, written));
  BH_CHECK(write_names(out, std::move(names)));
  BH_CHECK(write_statements(out, staging, feed));
  BH_CHECK(write_support(out, staging, feed, written));
  BH_CHECK(write_scores(out, staging, feed, written));
  BH_CHECK(
      out.run("CREATE UNIQUE INDEX advisories_by_id ON advisories (id);"
              "COMMIT"));
  return out.close();
}

/// Digest and size of a finished file.
Result<void> seal(const std::string& path, WrittenFeed& written) {
  BH_TRY(const auto source, io::open_file(path));
  BH_TRY(io::Hasher hasher, io::Hasher::create("sha256"));
  std::vector<std::byte> buffer(256 << 10);
  for (;;) {
    BH_TRY(const std::size_t got, source->read_at(written.size_bytes, buffer));
    if (got == 0) break;
    hasher.update(ByteView(buffer).first(got));
    written.size_bytes += got;
  }
  written.file = hasher.finish_hex() + ".sqlite";
  return sync_file(path);
}

}  // namespace

Result<WrittenFeed> write_feed(const std::string& folder, const FeedKey& key, Staging& staging,
                               Staging::FeedIndex feed) {
  static std::atomic<unsigned> count = 0;
  const std::string path = fmt::format("{}/feed-{}-{}.tmp", folder, ::getpid(), ++count);
  WrittenFeed written;
  Result<void> done = write_file(path, key, staging, feed, written);
  if (done) done = seal(path, written);
  if (done) done = rename_file(path, folder + "/" + written.file);
  if (!done) {
    ::unlink(path.c_str());
    return std::unexpected(located(done.error(), key.name));
  }
  return written;
}

}  // namespace bulkhead::advisory
