#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"

namespace bulkhead::format {

struct RepomdChecksum {
  std::string type = {};  // "sha256", ...; "sha", as old repositories write it, is "sha1"
  std::string hex = {};   // lower case, of the type's length
  bool operator==(const RepomdChecksum&) const = default;
};

/// One file of a package repository.
struct RepomdEntry {
  std::string type;  // "primary", "updateinfo", "modules", ...
  /// Below the repository, where `repodata/` lies: "repodata/updateinfo.xml.gz". A path that stays
  /// there, not encoded as a URL wants it.
  std::string href;
  std::optional<RepomdChecksum> checksum = {};       // of the file as it lies there
  std::optional<RepomdChecksum> open_checksum = {};  // of what it is decompressed
  std::optional<std::uint64_t> size = {};            // bytes, of the same two
  std::optional<std::uint64_t> open_size = {};
  std::int64_t timestamp_unix_s = 0;  // 0: not stated
};

/// What `repodata/repomd.xml` says.
struct Repomd {
  std::string revision;  // often a time, always a text
  std::vector<RepomdEntry> entries;
  std::vector<Error> notes;  // entries that were passed over, and why

  /// The first entry of `type`; null where there is none.
  const RepomdEntry* find(std::string_view type) const;
};

inline constexpr std::size_t kMostRepomdBytes = 4 << 20;  // real ones have up to 20 KiB

/// Reads the index of a package repository. An entry without a type or a place, one whose place
/// leaves the repository (an absolute path, another host, ".."), or one with a checksum, size or
/// time that is none, is noted and passed over.
///
/// @see createrepo_c, src/repomd.h and doc/; https://github.com/openSUSE/libzypp, "RPM-MD".
/// @error malformed       No XML, or its first element is another.
/// @error limit_exceeded  More than kMostRepomdBytes, or more than a thousand entries.
/// @error unsupported     A document type declaration.
Result<Repomd> parse_repomd(std::string_view text);

}  // namespace bulkhead::format
