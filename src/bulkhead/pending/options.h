#pragma once

#include <cstdint>
#include <string>

#include "bulkhead/net/http.h"

namespace bulkhead::pending {

/// Where package indexes are read from (docs/pending.md).
struct PendingOptions {
  bool has_network = true;  // else only a folder is read
  /// A URL or a folder in place of the hosts that the target names; empty: those. Below it lies
  /// HOST/PATH or PATH of each source, or, for rpm, the repository's id.
  std::string from = {};
  net::ClientOptions network = {};
};

// What a run reads at most. Fedora's primary is 25 MB as stored and 250 MB as text; Debian's main
// has 9 and 50.
inline constexpr std::uint64_t kMostStoredBytes = 256ULL << 20;  // of one index
inline constexpr std::uint64_t kMostDecodedBytes = 2ULL << 30;   // of one index
inline constexpr std::uint64_t kMostRunBytes = 2ULL << 30;       // stored, of all together
inline constexpr std::uint64_t kMostDocumentBytes = 16ULL
                                                    << 20;  // a Release file, a list of mirrors
inline constexpr std::size_t kMostSources = 200;
inline constexpr std::size_t kMostOffers = 1'000'000;  // rows that are kept, of installed names
inline constexpr std::size_t kMostTextBytes = 1024;    // of a name or version that is kept

}  // namespace bulkhead::pending
