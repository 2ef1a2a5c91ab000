#include "bulkhead/advisory/writer.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/advisory/cve_scores.h"
#include "bulkhead/advisory/durable.h"
#include "bulkhead/advisory/row_codec.h"
#include "bulkhead/advisory/sqlite.h"
#include "bulkhead/io/hash.h"
#include "bulkhead/io/source.h"

namespace bulkhead::advisory {
namespace {

constexpr int kCacheKib = 8 << 10;

constexpr const char* kTables =
    "CREATE TABLE about (name TEXT, ecosystem TEXT);"
    "CREATE TABLE advisories (n INTEGER PRIMARY KEY, id TEXT, title TEXT, detail TEXT, refs BLOB,"
    " published INTEGER, modified INTEGER);"
    "CREATE TABLE ids (name TEXT, n INTEGER, PRIMARY KEY (name, n)) WITHOUT ROWID;"
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

/// One row for each id; the staged names are collected for `write_ids`.
Result<void> write_advisories(Database& out, Staging& staging, Staging::FeedIndex feed,
                              WrittenFeed& written) {
  BH_TRY(Query clear, staging.prepare("DELETE FROM temp.name"));
  BH_CHECK(clear.run());
  BH_TRY(Query name, staging.prepare("INSERT OR IGNORE INTO temp.name VALUES (?,?)"));
  BH_TRY(Query row, staging.prepare("SELECT id, title, detail, refs, published, modified, names"
                                    " FROM advisory WHERE feed = ? ORDER BY id, modified,"
                                    " sequence"));
  BH_TRY(Query insert, out.prepare("INSERT INTO advisories VALUES (?,?,?,?,?,?,?)"));
  row.bind(1, feed);
  std::int64_t n = 0;
  std::string last_id;
  for (;;) {
    BH_TRY(const bool has_row, row.step());
    if (!has_row) break;
    ++written.records;
    const std::int64_t published = row.integer(4);
    const std::int64_t modified = row.integer(5);
    written.newest_unix_s = std::max({written.newest_unix_s, published, modified});
    if (n == 0 || row.text(0) != last_id) {
      last_id = row.text(0);
      insert.bind(1, ++n);
      insert.bind(2, row.text(0));
      insert.bind(3, row.text(1));
      insert.bind(4, row.text(2));
      insert.bind_blob(5, row.blob(3));
      insert.bind(6, published);
      insert.bind(7, modified);
      BH_CHECK(insert.run());
    }
    BH_TRY(const std::vector<std::string> names, decode_texts(row.blob(6)));
    for (const std::string& text : names) {
      name.bind(1, text);
      name.bind(2, n);
      BH_CHECK(name.run());
    }
  }
  return {};
}

Result<void> write_ids(Database& out, Staging& staging) {
  BH_TRY(Query row, staging.prepare("SELECT name, n FROM temp.name ORDER BY name, n"));
  BH_TRY(Query insert, out.prepare("INSERT INTO ids VALUES (?,?)"));
  for (;;) {
    BH_TRY(const bool has_row, row.step());
    if (!has_row) return {};
    insert.bind(1, row.text(0));
    insert.bind(2, row.integer(1));
    BH_CHECK(insert.run());
  }
}

Result<void> write_statements(Database& out, Staging& staging, Staging::FeedIndex feed) {
  BH_TRY(Query row,
         staging.prepare("SELECT package, id, facts FROM statement WHERE feed = ? AND EXISTS"
                         " (SELECT 1 FROM advisory WHERE advisory.sequence = statement.sequence)"
                         " ORDER BY package, id, sequence, position"));
  BH_TRY(Query insert, out.prepare("INSERT INTO statements VALUES (?,?,?,?)"));
  row.bind(1, feed);
  for (std::int64_t n = 1;; ++n) {
    BH_TRY(const bool has_row, row.step());
    if (!has_row) return {};
    insert.bind(1, row.text(0));
    insert.bind(2, n);
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
  BH_TRY(Database out, Database::create(path, kCacheKib));
  BH_CHECK(out.run(fmt::format("PRAGMA user_version={}", kStoreVersion)));
  BH_CHECK(out.run(kTables));
  BH_CHECK(out.run("BEGIN"));
  BH_CHECK(write_about(out, key));
  BH_CHECK(write_advisories(out, staging, feed, written));
  BH_CHECK(write_ids(out, staging));
  BH_CHECK(write_statements(out, staging, feed));
  BH_CHECK(write_support(out, staging, feed, written));
  BH_CHECK(write_scores(out, staging, feed, written));
  BH_CHECK(
      out.run("CREATE UNIQUE INDEX advisories_by_id ON advisories (id);"
              "CREATE INDEX statements_by_id ON statements (id); COMMIT"));
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
