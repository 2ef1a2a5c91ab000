#include "bulkhead/advisory/name_index.h"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace bulkhead::advisory {
namespace {

using Blocks = std::vector<std::pair<std::int64_t, std::string>>;

/// As the store asks: blocks from the last one whose first key is not behind the name's.
std::vector<std::int64_t> find(const Blocks& blocks, std::string_view name) {
  std::vector<std::int64_t> numbers;
  const auto keys = keys_of_name(name);
  for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
    if (block->first > keys.second) continue;
    EXPECT_TRUE(find_numbers(block->second, keys, numbers));
    if (block->first < keys.first) break;
  }
  std::ranges::sort(numbers);
  return numbers;
}

TEST(NameIndex, FindsEachNameInEitherCase) {
  NameIndex index;
  for (int i = 1; i <= 3000; ++i) {
    Advisory advisory;
    advisory.id = fmt::format("DSA-{}-1", i);
    advisory.cves = {fmt::format("CVE-2020-{}", 1000 + i), "CVE-2021-44228"};
    advisory.aliases = {advisory.id, "GHSA-aaaa-bbbb-cccc"};
    ASSERT_TRUE(index.add(encode_name_hashes(advisory), i));
    ASSERT_TRUE(index.add(encode_name_hashes(advisory), i)) << "twice is once";
  }
  const Blocks blocks = std::move(index).blocks();
  EXPECT_EQ(blocks.size(), 12u);
  EXPECT_TRUE(std::ranges::is_sorted(blocks, {}, &Blocks::value_type::first));
  EXPECT_GE(blocks.front().first, 0);
  for (int i = 1; i <= 3000; ++i) {
    const std::vector<std::int64_t> one = {i};
    ASSERT_EQ(find(blocks, fmt::format("DSA-{}-1", i)), one);
    ASSERT_EQ(find(blocks, fmt::format("cve-2020-{}", 1000 + i)), one);
  }
  EXPECT_EQ(find(blocks, "CVE-2021-44228").size(), 3000u) << "over several blocks";
  EXPECT_EQ(find(blocks, "ghsa-AAAA-bbbb-cccc").size(), 3000u);
  EXPECT_TRUE(find(blocks, "DSA-3001-1").empty());
  EXPECT_TRUE(find(blocks, "").empty());
}

TEST(NameIndex, RefusesWhatIsTooMuchOrNoBlock) {
  NameIndex index;
  const std::string name = encode_name_hashes(Advisory());
  EXPECT_EQ(name.size(), 8u);
  EXPECT_TRUE(index.add(name, kMaxNumber));
  EXPECT_FALSE(index.add(name, kMaxNumber + 1));
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 1; i < 8; ++i) {
    EXPECT_FALSE(find_numbers(std::string(i, '\xff'), {0, 0}, numbers)) << i;
  }
  EXPECT_FALSE(find_numbers(std::string(8008, '\0'), {0, 0}, numbers)) << "too long";
  EXPECT_TRUE(numbers.empty());
}

}  // namespace
}  // namespace bulkhead::advisory
