#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/advisory/row_codec.h"
#include "bulkhead/base/error.h"
#include "bulkhead/model/advisory.h"

namespace bulkhead::advisory {

/// One feed of a store, and the size that its file must have.
struct ManifestFeed {
  FeedInfo info;
  std::uint64_t size_bytes = 0;
  std::int64_t layout = kStoreVersion;  // of its file

  /// Can this program read it? Data of another's are as good as none, and are fetched again.
  bool is_readable() const { return layout == kStoreVersion; }
};

/// The text of `current`: {"schema": "bulkhead.advisories/1", "feeds": [{name, ecosystem, file,
/// size_bytes, layout, records, updated, imported}]}, times in seconds since 1970 UTC. What a scan
/// opens first, and all that an import replaces.
std::string format_manifest(const std::vector<ManifestFeed>& feeds);

/// @return  Sorted by name.
/// @error malformed    Not such a text, a feed twice, or a file name that leaves the folder.
/// @error unsupported  Another schema.
Result<std::vector<ManifestFeed>> parse_manifest(std::string_view text);

/// Reads `current` of `folder`; a store that is not there yet has no feeds.
Result<std::vector<ManifestFeed>> read_manifest(const std::string& folder);

/// Puts `feeds` in place of those of the same names and writes `current`, under the writers'
/// lock; then removes files that no feed names and that are older than a day: until then, scans
/// that opened the store before may still want them.
Result<void> publish(const std::string& folder, const std::vector<ManifestFeed>& feeds,
                     std::int64_t now_unix_s);

}  // namespace bulkhead::advisory
