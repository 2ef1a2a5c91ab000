#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

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

  /// The feeds that something was kept for, sorted by name.
  std::vector<std::pair<FeedKey, FeedIndex>> feeds() const;
  Result<Query> prepare(std::string_view sql) { return database_.prepare(sql); }

 private:
  Database database_;
  Query insert_advisory_;
  Query insert_statement_;
  Query insert_support_;
  std::map<FeedKey, FeedIndex> feeds_;
  std::map<FeedIndex, std::set<Part>> kept_;
  Part last_part_ = 0;
  std::int64_t document_ = 0;
  std::int64_t last_sequence_ = 0;
};

}  // namespace bulkhead::advisory
