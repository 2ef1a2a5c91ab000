#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "bulkhead/advisory/feeds.h"
#include "bulkhead/advisory/record_sink.h"

namespace bulkhead::advisory {

/// Keeps what a reader finds: for tests and fuzz targets.
class Collector final : public RecordSink {
 public:
  Result<void> declare(const FeedKey& feed) override {
    declared.push_back(feed);
    return {};
  }
  Result<void> add(const FeedKey& feed, const Advisory& advisory) override {
    records.emplace_back(feed, advisory);
    return {};
  }
  Result<void> add(const FeedKey& feed, const SupportDates& dates) override {
    support.emplace_back(feed, dates);
    return {};
  }
  void withdrawn() override { ++withdrawn_count; }
  void note(Error error) override { notes.push_back(std::move(error)); }
  void left_out(std::string_view kind, std::string_view example, std::uint64_t count) override {
    others.emplace_back(kind, example, count);
  }

  /// Reads `text` as the import would; the format's name, or the error.
  Result<std::string> read(std::string_view text) {
    BH_TRY(const Document document, open_document(text));
    const FeedFormat* format = find_format(document);
    if (format == nullptr) return fail(Code::unsupported, "no known format");
    BH_CHECK(format->read(document, *this));
    return std::string(format->name);
  }

  std::vector<FeedKey> declared;
  std::vector<std::pair<FeedKey, Advisory>> records;
  std::vector<std::pair<FeedKey, SupportDates>> support;
  std::vector<Error> notes;
  std::vector<std::tuple<std::string, std::string, std::uint64_t>> others;  // left out
  int withdrawn_count = 0;
};

}  // namespace bulkhead::advisory
