#include "bulkhead/advisory/staging.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/row_codec.h"
#include "bulkhead/base/text.h"

namespace bulkhead::advisory {
namespace {

// All of OSV has some 300 ecosystems with their releases.
constexpr std::size_t kMaxFeeds = 4096;
constexpr int kCacheKib = 16 << 10;
constexpr std::uint64_t kPageBytes = 4096;

constexpr const char* kTables =
    "CREATE TABLE advisory (sequence INTEGER PRIMARY KEY, feed INTEGER, part INTEGER, id TEXT,"
    " modified INTEGER, document INTEGER, published INTEGER, title TEXT, detail TEXT, refs BLOB, "
    "names BLOB);"
    "CREATE TABLE statement (feed INTEGER, package TEXT, id TEXT, sequence INTEGER,"
    " position INTEGER, facts BLOB);"
    "CREATE TABLE support (feed INTEGER, part INTEGER, os TEXT, release TEXT, ends TEXT,"
    " extended TEXT, source TEXT);"
    "CREATE TABLE kept (feed INTEGER, part INTEGER, is_unique INTEGER, PRIMARY KEY (feed, part))"
    " WITHOUT ROWID;"
    "CREATE TEMP TABLE name (name TEXT, n INTEGER, PRIMARY KEY (name, n)) WITHOUT ROWID;"
    "BEGIN";

// What a search finds an advisory by, in lower case.
std::string encode_names(const Advisory& advisory) {
  std::vector<std::string> names = {to_lower(advisory.id)};
  for (const std::string& cve : advisory.cves) names.push_back(to_lower(cve));
  for (const std::string& alias : advisory.aliases) names.push_back(to_lower(alias));
  keep_first_of_each(names);
  return encode_texts(names);
}

}  // namespace

Result<Staging> Staging::create(const std::string& folder, std::uint64_t most_bytes) {
  static std::atomic<unsigned> count = 0;
  const std::string path = fmt::format("{}/import-{}-{}.tmp", folder, ::getpid(), ++count);
  Staging staging;
  BH_TRY(staging.database_, Database::create(path, kCacheKib));
  const Result<void> made = staging.database_.run(kTables);
  // From here on it has no name: nothing is left of an import that is killed.
  ::unlink(path.c_str());
  BH_CHECK(made);
  BH_CHECK(
      staging.database_.run(fmt::format("PRAGMA max_page_count={}", most_bytes / kPageBytes + 1)));
  BH_TRY(staging.insert_advisory_,
         staging.prepare("INSERT INTO advisory VALUES (?,?,?,?,?,?,?,?,?,?,?)"));
  BH_TRY(staging.insert_statement_, staging.prepare("INSERT INTO statement VALUES (?,?,?,?,?,?)"));
  BH_TRY(staging.insert_support_, staging.prepare("INSERT INTO support VALUES (?,?,?,?,?,?,?)"));
  return staging;
}

Result<Staging::FeedIndex> Staging::feed(const FeedKey& key) {
  const auto found = feeds_.find(key);
  if (found != feeds_.end()) return found->second;
  if (feeds_.size() == kMaxFeeds) {
    return fail(Code::limit_exceeded, fmt::format("import: more than {} feeds", kMaxFeeds));
  }
  const auto index = static_cast<FeedIndex>(feeds_.size() + 1);
  feeds_.emplace(key, index);
  return index;
}

Result<void> Staging::add(FeedIndex feed, Part part, const Advisory& advisory) {
  const std::string references = encode_texts(advisory.references);
  const std::string names = encode_names(advisory);
  insert_advisory_.bind(1, ++last_sequence_);
  insert_advisory_.bind(2, feed);
  insert_advisory_.bind(3, part);
  insert_advisory_.bind(4, advisory.id);
  insert_advisory_.bind(5, advisory.modified_unix_s);
  insert_advisory_.bind(6, document_);
  insert_advisory_.bind(7, advisory.published_unix_s);
  insert_advisory_.bind(8, advisory.title);
  insert_advisory_.bind(9, advisory.detail);
  insert_advisory_.bind_blob(10, references);
  insert_advisory_.bind_blob(11, names);
  BH_CHECK(insert_advisory_.run());
  std::int64_t position = 0;
  for (const AffectedPackage& affected : advisory.affected) {
    const std::string facts = encode_statement(advisory, affected);
    insert_statement_.bind(1, feed);
    insert_statement_.bind(2, affected.name);
    insert_statement_.bind(3, advisory.id);
    insert_statement_.bind(4, last_sequence_);
    insert_statement_.bind(5, ++position);
    insert_statement_.bind_blob(6, facts);
    BH_CHECK(insert_statement_.run());
  }
  return {};
}

Result<void> Staging::add(FeedIndex feed, Part part, const SupportDates& dates) {
  insert_support_.bind(1, feed);
  insert_support_.bind(2, part);
  insert_support_.bind(3, dates.os_id);
  insert_support_.bind(4, dates.release);
  insert_support_.bind(5, dates.ends);
  insert_support_.bind(6, dates.extended_ends);
  insert_support_.bind(7, dates.source);
  return insert_support_.run();
}

void Staging::keep(FeedIndex feed, Part part, bool alone) {
  std::set<Part>& parts = kept_[feed];
  if (alone) parts.clear();
  parts.insert(part);
}

Result<void> Staging::settle(std::initializer_list<std::string_view> unique_prefixes) {
  BH_TRY(Query insert, prepare("INSERT INTO kept VALUES (?,?,?)"));
  for (const auto& [key, index] : feeds_) {
    const auto parts = kept_.find(index);
    if (parts == kept_.end()) continue;
    const bool is_unique = std::ranges::any_of(
        unique_prefixes, [&](std::string_view prefix) { return key.name.starts_with(prefix); });
    for (const Part part : parts->second) {
      insert.bind(1, index);
      insert.bind(2, part);
      insert.bind(3, static_cast<std::int64_t>(is_unique));
      BH_CHECK(insert.run());
    }
  }
  BH_CHECK(
      database_.run("DELETE FROM advisory WHERE NOT EXISTS (SELECT 1 FROM kept"
                    " WHERE kept.feed = advisory.feed AND kept.part = advisory.part);"
                    "DELETE FROM support WHERE NOT EXISTS (SELECT 1 FROM kept"
                    " WHERE kept.feed = support.feed AND kept.part = support.part)"));
  BH_CHECK(database_.run(
      "CREATE INDEX advisory_by_id ON advisory (feed, id, modified, document);"
      "CREATE INDEX statement_by_package ON statement (feed, package, id, sequence, position)"));
  return database_.run(
      "DELETE FROM advisory WHERE feed IN (SELECT feed FROM kept WHERE is_unique)"
      " AND EXISTS (SELECT 1 FROM advisory AS later WHERE later.feed = advisory.feed"
      " AND later.id = advisory.id"
      " AND (later.modified, later.document) > (advisory.modified, advisory.document))");
}

std::vector<std::pair<FeedKey, Staging::FeedIndex>> Staging::feeds() const {
  std::vector<std::pair<FeedKey, FeedIndex>> found;
  for (const auto& [key, index] : feeds_) {
    if (kept_.contains(index)) found.emplace_back(key, index);
  }
  return found;
}

}  // namespace bulkhead::advisory
