#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/model/advisory.h"

namespace bulkhead::advisory {

/// Which feed a record belongs to. A feed is the smallest part that a publisher hands out or a
/// scan opens by itself: importing one never touches another.
struct FeedKey {
  std::string name;       // "osv/Debian:11", "alpine-secdb/v3.18/main", "debian-tracker/bookworm"
  std::string ecosystem;  // "Debian:11", "Alpine:v3.18", "Debian:12"; empty for "cisa-kev"
  bool operator==(const FeedKey&) const = default;
  auto operator<=>(const FeedKey&) const = default;
};

/// Takes what a feed reader finds in one document, record by record.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  /// The document is all of `feed`, even if no record of it follows.
  virtual Result<void> declare(const FeedKey& feed) = 0;
  /// A record of `feed`; all of `advisory.affected` is in the feed's ecosystem.
  virtual Result<void> add(const FeedKey& feed, const Advisory& advisory) = 0;
  /// Until when a release is mended; counts as a record of `feed`, which is the system's own
  /// (support_ecosystem).
  virtual Result<void> add(const FeedKey& feed, const SupportDates& dates) = 0;
  /// A record that its publisher took back: counted, not kept.
  virtual void withdrawn() = 0;
  /// A record that was passed over.
  virtual void note(Error error) = 0;
  /// `count` statements that this program has no use for, such as those about products that are no
  /// packages. Told once an import and `kind` ("csaf: statements are about ..."), with the first
  /// example: they stand in each document of some feeds.
  virtual void left_out(std::string_view kind, std::string_view example, std::uint64_t count) = 0;
};

}  // namespace bulkhead::advisory
