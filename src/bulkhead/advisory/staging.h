#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/cve_scores.h"
#include "bulkhead/advisory/record_sink.h"
#include "bulkhead/advisory/sqlite.h"
#include "bulkhead/base/error.h"
#include "bulkhead/model/advisory.h"

namespace bulkhead::advisory {

/// Records on their way into feeds, in a private file without a name: an import's memory does not
/// grow with what it reads. Rows are kept as they come, under the feed and the part of the input
/// that they came from; what counts in the end is decided when all has been read.
class Staging {
 public:
  using FeedIndex = std::int64_t;
  using Part = std::int64_t;

  /// @param folder  Where the file is; @param most_bytes  that it may grow to.
  static Result<Staging> create(const std::string& folder, std::uint64_t most_bytes);

  Part begin_part() { return ++last_part_; }
  /// What is added from here on is of another document.
  void begin_document() { ++document_; }
  /// @error limit_exceeded  More than 4096 feeds.
  Result<FeedIndex> feed(const FeedKey& key);
  /// @error limit_exceeded  The file would grow past its bound; io.
  Result<void> add(FeedIndex feed, Part part, const Advisory& advisory);
  Result<void> add(FeedIndex feed, Part part, const SupportDates& dates);
  /// The rows of `part` count for `feed`; with `alone`, no others that came before.
  void keep(FeedIndex feed, Part part, bool alone);

  /// All has been read: throws away what nobody kept and, in feeds whose name begins with
  /// one of `unique_prefixes`, all but the newest document's of several records of one id.
  Result<void> settle(std::initializer_list<std::string_view> unique_prefixes);

  /// After `settle`: was the advisory of this sequence thrown away?
  bool is_dropped(std::int64_t sequence) const {
    return is_dropped_[static_cast<std::size_t>(sequence)];
  }

  /// The feeds that something was kept for, sorted by name.
  std::vector<std::pair<FeedKey, FeedIndex>> feeds() const;
  Result<Query> prepare(std::string_view sql) { return database_.prepare(sql); }
  /// The scores of `feed` by CVE, each once: of several the one that came last.
  struct Scores {
    std::vector<CveScore> sorted;
    std::int64_t newest_unix_s = 0;
  };
  Result<Scores> scores(FeedIndex feed);

 private:
  /// Scores that came one after the other and go into one row.
  struct PendingScores {
    FeedIndex feed = 0;
    Part part = 0;
    std::int64_t modified_unix_s = 0;
    std::vector<CveScore> scores = {};
  };
  Result<void> add_score(PendingScores key, const CveScore& score);
  Result<void> flush_scores();
  Result<void> drop_advisories(std::initializer_list<std::string_view> unique_prefixes);

  Database database_;
  Query insert_advisory_;
  Query insert_statement_;
  Query insert_support_;
  Query insert_scores_;
  PendingScores pending_;
  std::size_t score_count_ = 0;
  std::map<FeedKey, FeedIndex> feeds_;
  std::map<FeedIndex, std::set<Part>> kept_;
  std::vector<bool> is_dropped_;  // by sequence
  Part last_part_ = 0;
  std::int64_t document_ = 0;
  std::int64_t last_sequence_ = 0;
};

}  // namespace bulkhead::advisory
