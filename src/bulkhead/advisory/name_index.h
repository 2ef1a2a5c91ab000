#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/model/advisory.h"

// By which names a search finds an advisory: eight bytes each, of a hash and the advisory's number
// in its feed. Two names may have one hash: whoever asks compares the names.
namespace bulkhead::advisory {

/// A hash of 39 bits; letters are the same in either case.
std::uint64_t hash_of_name(std::string_view name);

/// The hashes of an advisory's id, CVEs and aliases, eight bytes each.
std::string encode_name_hashes(const Advisory& advisory);

/// The most advisories of a feed.
inline constexpr std::int64_t kMaxNumber = (1 << 24) - 1;

/// Keys of one feed on their way into the store.
class NameIndex {
 public:
  /// @param hashes  Of encode_name_hashes.
  /// @error limit_exceeded  More than 8 million names or kMaxNumber advisories in one feed.
  Result<void> add(std::string_view hashes, std::int64_t number);
  /// Blocks of sorted keys, little-endian, each with its first key; a block fills a page.
  std::vector<std::pair<std::int64_t, std::string>> blocks() &&;

 private:
  std::vector<std::uint64_t> keys_;
};

/// The keys that a name has in an index: first to last.
std::pair<std::int64_t, std::int64_t> keys_of_name(std::string_view name);

/// Adds the numbers of advisories whose keys in `block` lie from `first` to `last`.
/// @error malformed  It is no block.
Result<void> find_numbers(std::string_view block, std::pair<std::int64_t, std::int64_t> keys,
                          std::vector<std::int64_t>& into);

}  // namespace bulkhead::advisory
