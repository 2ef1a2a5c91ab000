#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"

namespace bulkhead::advisory {

/// What is known of a file that was fetched, or begun to be: kept as a small JSON file, so that the
/// next fetch asks for changes alone, or goes on where the last one broke.
struct FetchState {
  std::string address = {};  // what was asked; a validator means nothing to another server
  std::string etag = {};     // as the server wrote it
  std::string last_modified = {};
  std::int64_t checked_unix_s = 0;               // when it was last known to be the newest
  std::optional<std::uint64_t> size_bytes = {};  // of the whole file, where the server said it
  std::vector<std::string> feeds = {};           // of the store, that it gave
  /// Of a file that an index leads to, "sha256:HEX" as the index says; the rest is the index's.
  std::string content = {};

  bool operator==(const FetchState&) const = default;

  /// What `If-Range` may name: a strong ETag, else the date; empty where there is neither.
  /// @see RFC 9110, 13.1.5
  const std::string& strong_validator() const;
};

/// Nothing where `text` is no such file.
std::optional<FetchState> parse_fetch_state(std::string_view text);
std::string format_fetch_state(const FetchState& state);

/// Nothing where the file is not there, or is not such a file: it is then fetched anew.
std::optional<FetchState> read_fetch_state(const std::string& folder, const std::string& name);
Result<void> write_fetch_state(const std::string& folder, const std::string& name,
                               const FetchState& state);

}  // namespace bulkhead::advisory
