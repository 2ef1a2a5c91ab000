#include "bulkhead/advisory/staging.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/name_index.h"
#include "bulkhead/advisory/row_codec.h"

namespace bulkhead::advisory {
namespace {

// All of OSV has some 300 ecosystems with their releases.
constexpr std::size_t kMaxFeeds = 4096;
constexpr int kCacheKib = 16 << 10;
// Of scores kept apart, 16 bytes each, that are sorted in memory: three for each CVE that there is.
// What comes beyond is kept as other records are.
constexpr std::size_t kMaxScores = 1'000'000;
constexpr std::size_t kScoresOfRow = 4096;
// Rows are written one after the other and read in long runs.
constexpr int kPageBytes = 16 << 10;

constexpr const char* kTables =
    "CREATE TABLE advisory (sequence INTEGER PRIMARY KEY, feed INTEGER, part INTEGER, id TEXT,"
    " modified INTEGER, document INTEGER, published INTEGER, title TEXT, detail TEXT, refs BLOB,"
    " names BLOB, packages BLOB);"
    "CREATE TABLE statement (feed INTEGER, package TEXT, id TEXT, sequence INTEGER,"
    " position INTEGER, facts BLOB);"
    "CREATE TABLE support (feed INTEGER, part INTEGER, os TEXT, release TEXT, ends TEXT,"
    " extended TEXT, source TEXT);"
    "CREATE TABLE score (feed INTEGER, part INTEGER, modified INTEGER, scores BLOB);"
    "CREATE TABLE kept (feed INTEGER, part INTEGER, PRIMARY KEY (feed, part))"
    " WITHOUT ROWID;"
    "BEGIN";

std::string encode_packages(const Advisory& advisory) {
  std::vector<std::string> packages;
  packages.reserve(advisory.affected.size());
  for (const AffectedPackage& affected : advisory.affected) packages.push_back(affected.name);
  keep_first_of_each(packages);
  return encode_texts(packages);
}

}  // namespace

Result<Staging> Staging::create(const std::string& folder, std::uint64_t most_bytes) {
  static std::atomic<unsigned> count = 0;
  const std::string path = fmt::format("{}/import-{}-{}.tmp", folder, ::getpid(), ++count);
  Staging staging;
  BH_TRY(staging.database_, Database::create(path, kPageBytes, kCacheKib));
  const Result<void> made = staging.database_.run(kTables);
  // From here on it has no name: nothing is left of an import that is killed.
  ::unlink(path.c_str());
  BH_CHECK(made);
  BH_CHECK(staging.database_.run(
      fmt::format("PRAGMA max_page_count={}", most_bytes / std::uint64_t{kPageBytes} + 1)));
  BH_TRY(staging.insert_advisory_,
         staging.prepare("INSERT INTO advisory VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"));
  BH_TRY(staging.insert_statement_, staging.prepare("INSERT INTO statement VALUES (?,?,?,?,?,?)"));
  BH_TRY(staging.insert_support_, staging.prepare("INSERT INTO support VALUES (?,?,?,?,?,?,?)"));
  BH_TRY(staging.insert_scores_, staging.prepare("INSERT INTO score VALUES (?,?,?,?)"));
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
  if (const auto score = score_of(advisory); score && score_count_ < kMaxScores) {
    return add_score({feed, part, advisory.modified_unix_s}, *score);
  }
  const std::string references = encode_texts(advisory.references);
  const std::string names = encode_name_hashes(advisory);
  const std::string packages = encode_packages(advisory);
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
  insert_advisory_.bind_blob(12, packages);
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

Result<void> Staging::add_score(PendingScores key, const CveScore& score) {
  const bool is_other = key.feed != pending_.feed || key.part != pending_.part ||
                        key.modified_unix_s != pending_.modified_unix_s;
  if (is_other || pending_.scores.size() == kScoresOfRow) {
    BH_CHECK(flush_scores());
    pending_ = std::move(key);
    pending_.scores.reserve(kScoresOfRow);
  }
  pending_.scores.push_back(score);
  ++score_count_;
  return {};
}

Result<void> Staging::flush_scores() {
  const std::vector<CveScore>& scores = pending_.scores;
  if (scores.empty()) return {};
  insert_scores_.bind(1, pending_.feed);
  insert_scores_.bind(2, pending_.part);
  insert_scores_.bind(3, pending_.modified_unix_s);
  // As they lie in memory: nobody but this process reads them.
  insert_scores_.bind_blob(
      4, {reinterpret_cast<const char*>(scores.data()), scores.size() * sizeof(CveScore)});
  BH_CHECK(insert_scores_.run());
  pending_.scores.clear();
  return {};
}

Result<Staging::Scores> Staging::scores(FeedIndex feed) {
  Scores found;
  BH_TRY(Query row, prepare("SELECT modified, scores FROM score WHERE feed = ? ORDER BY rowid"));
  row.bind(1, feed);
  for (;;) {
    BH_TRY(const bool has_row, row.step());
    if (!has_row) break;
    found.newest_unix_s = std::max(found.newest_unix_s, row.integer(0));
    const std::string_view bytes = row.blob(1);
    const std::size_t old_size = found.sorted.size();
    found.sorted.resize(old_size + bytes.size() / sizeof(CveScore));
    std::memcpy(found.sorted.data() + old_size, bytes.data(), bytes.size());
  }
  std::ranges::stable_sort(found.sorted, {}, &CveScore::cve);
  // The last of each.
  const auto is_same = [](const CveScore& a, const CveScore& b) { return a.cve == b.cve; };
  const auto earlier = std::unique(found.sorted.rbegin(), found.sorted.rend(), is_same);
  found.sorted.erase(found.sorted.begin(), earlier.base());
  return found;
}

void Staging::keep(FeedIndex feed, Part part, bool alone) {
  std::set<Part>& parts = kept_[feed];
  if (alone) parts.clear();
  parts.insert(part);
}

Result<void> Staging::settle(std::initializer_list<std::string_view> unique_prefixes) {
  BH_CHECK(flush_scores());
  BH_TRY(Query insert, prepare("INSERT INTO kept VALUES (?,?)"));
  for (const auto& [key, index] : feeds_) {
    const auto parts = kept_.find(index);
    if (parts == kept_.end()) continue;
    for (const Part part : parts->second) {
      insert.bind(1, index);
      insert.bind(2, part);
      BH_CHECK(insert.run());
    }
  }
  BH_CHECK(
      database_.run("DELETE FROM score WHERE NOT EXISTS (SELECT 1 FROM kept"
                    " WHERE kept.feed = score.feed AND kept.part = score.part);"
                    "DELETE FROM support WHERE NOT EXISTS (SELECT 1 FROM kept"
                    " WHERE kept.feed = support.feed AND kept.part = support.part)"));
  // Both hold all that is asked of them in order, so that no row has to be looked up by itself.
  BH_CHECK(database_.run(
      "CREATE INDEX advisory_by_id ON advisory (feed, id, modified, document, sequence, part);"
      "CREATE INDEX statement_by_package ON statement (feed, package, id, sequence, position,"
      " facts)"));
  return drop_advisories(unique_prefixes);
}

/// In the index's order the records of an id's newest document come last. A document may have
/// several of one id, which then all count.
Result<void> Staging::drop_advisories(std::initializer_list<std::string_view> unique_prefixes) {
  is_dropped_.assign(static_cast<std::size_t>(last_sequence_) + 1, false);
  BH_TRY(Query row, prepare("SELECT sequence, part, id, document FROM advisory WHERE feed = ?"
                            " ORDER BY id, modified, document, sequence"));
  for (const auto& [key, index] : feeds_) {
    const auto parts = kept_.find(index);
    if (parts == kept_.end()) continue;
    const bool is_unique = std::ranges::any_of(
        unique_prefixes, [&](std::string_view prefix) { return key.name.starts_with(prefix); });
    std::vector<std::size_t> last;  // the sequences of the last document's that are kept
    std::string last_id;
    std::int64_t last_document = 0;
    row.bind(1, index);
    for (;;) {
      BH_TRY(const bool has_row, row.step());
      if (!has_row) break;
      const auto sequence = static_cast<std::size_t>(row.integer(0));
      if (!parts->second.contains(row.integer(1))) {
        is_dropped_[sequence] = true;
        continue;
      }
      const bool is_same_id = row.text(2) == last_id;
      if (!is_same_id || row.integer(3) != last_document) {
        if (is_unique && is_same_id) {
          for (const std::size_t earlier : last) is_dropped_[earlier] = true;
        }
        last.clear();
        last_id = row.text(2);
        last_document = row.integer(3);
      }
      last.push_back(sequence);
    }
  }
  return {};
}

std::vector<std::pair<FeedKey, Staging::FeedIndex>> Staging::feeds() const {
  std::vector<std::pair<FeedKey, FeedIndex>> found;
  for (const auto& [key, index] : feeds_) {
    if (kept_.contains(index)) found.emplace_back(key, index);
  }
  return found;
}

}  // namespace bulkhead::advisory
