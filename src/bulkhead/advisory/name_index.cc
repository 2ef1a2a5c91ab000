#include "bulkhead/advisory/name_index.h"

#include <algorithm>

#include "bulkhead/advisory/words.h"

namespace bulkhead::advisory {
namespace {

constexpr unsigned kNumberBits = 24;
static_assert(kMaxNumber == (1 << kNumberBits) - 1);
// With these a key is never negative, as SQLite takes it.
constexpr unsigned kHashBits = 63 - kNumberBits;
// 64 MiB of memory; all of OSV has some 2 million, in 300 feeds.
constexpr std::size_t kMaxNames = 8'000'000;
constexpr std::size_t kMostInBlock = 1000;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::uint64_t key_of(std::uint64_t hash, std::int64_t number) {
  return (hash << kNumberBits) | static_cast<std::uint64_t>(number);
}

}  // namespace

std::uint64_t hash_of_name(std::string_view name) {
  // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/.
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(lower(c));
    hash *= 0x100000001b3;
  }
  return (hash ^ (hash >> kHashBits)) & ((std::uint64_t{1} << kHashBits) - 1);
}

std::string encode_name_hashes(const Advisory& advisory) {
  std::string hashes;
  hashes.reserve((1 + advisory.cves.size() + advisory.aliases.size()) * kWordBytes);
  append_word(hash_of_name(advisory.id), hashes);
  for (const std::string& cve : advisory.cves) append_word(hash_of_name(cve), hashes);
  for (const std::string& alias : advisory.aliases) append_word(hash_of_name(alias), hashes);
  return hashes;
}

Result<void> NameIndex::add(std::string_view hashes, std::int64_t number) {
  const std::size_t count = hashes.size() / kWordBytes;
  if (number > kMaxNumber || count > kMaxNames - keys_.size()) {
    return fail(Code::limit_exceeded, "import: too many advisories or names of them in one feed");
  }
  for (std::size_t i = 0; i < count; ++i) keys_.push_back(key_of(word_at(hashes, i), number));
  return {};
}

std::vector<std::pair<std::int64_t, std::string>> NameIndex::blocks() && {
  std::ranges::sort(keys_);
  keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
  std::vector<std::pair<std::int64_t, std::string>> blocks;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (i % kMostInBlock == 0) blocks.emplace_back(static_cast<std::int64_t>(keys_[i]), "");
    append_word(keys_[i], blocks.back().second);
  }
  return blocks;
}

std::pair<std::int64_t, std::int64_t> keys_of_name(std::string_view name) {
  const std::uint64_t hash = hash_of_name(name);
  return {static_cast<std::int64_t>(key_of(hash, 0)),
          static_cast<std::int64_t>(key_of(hash, kMaxNumber))};
}

Result<void> find_numbers(std::string_view block, std::pair<std::int64_t, std::int64_t> keys,
                          std::vector<std::int64_t>& into) {
  if (block.size() % kWordBytes != 0 || block.size() > kMostInBlock * kWordBytes) {
    return fail(Code::malformed, "advisory store: a block of names is damaged");
  }
  for (std::size_t i = 0; i < block.size() / kWordBytes; ++i) {
    const auto key = static_cast<std::int64_t>(word_at(block, i));
    if (key >= keys.first && key <= keys.second) into.push_back(key & kMaxNumber);
  }
  return {};
}

}  // namespace bulkhead::advisory
