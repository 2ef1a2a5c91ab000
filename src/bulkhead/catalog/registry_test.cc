#include "bulkhead/catalog/registry.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace bulkhead::catalog {
namespace {

TEST(Registry, NamesTheOperatingSystemFirstThenSortedNames) {
  ASSERT_FALSE(inspectors().empty());
  EXPECT_EQ(inspectors()[0].name, "os");
  const auto row_key = [](const Inspector& row) {
    return std::pair(row.patterns.empty(), row.name);  // those of single files come last
  };
  const auto rest = inspectors().subspan(1);
  for (std::size_t i = 1; i < rest.size(); ++i) EXPECT_LT(row_key(rest[i - 1]), row_key(rest[i]));
}

TEST(Registry, FillsEachRow) {
  for (const Inspector& row : inspectors()) {
    SCOPED_TRACE(row.name);
    EXPECT_GT(row.version, 0);
    EXPECT_NE(row.open, nullptr);
    EXPECT_NE(row.join, nullptr);
    // Places, or single files that lie anywhere: a join is replayed for the one, not the other.
    EXPECT_EQ(row.patterns.empty(), !row.tails.empty() || !row.magics.empty());
    for (const std::string_view magic : row.magics) EXPECT_LE(magic.size(), kMostMagicBytes);
  }
}

TEST(Registry, WantsRelativePathsEachOnce) {
  std::set<std::string_view> seen;
  for (const Inspector& row : inspectors()) {
    std::vector<std::string_view> globs(row.patterns.begin(), row.patterns.end());
    globs.insert(globs.end(), row.tails.begin(), row.tails.end());
    for (const std::string_view pattern : globs) {
      SCOPED_TRACE(pattern);
      EXPECT_FALSE(pattern.empty());
      EXPECT_FALSE(pattern.starts_with('/'));
      EXPECT_FALSE(pattern.ends_with('/'));
      EXPECT_FALSE(pattern.contains("//"));
      EXPECT_FALSE(pattern.contains(".."));
      EXPECT_TRUE(seen.insert(pattern).second);
    }
  }
}

TEST(Registry, HasARowForEachFolder) {
  std::set<std::string> folders;
  const std::filesystem::path room =
      std::filesystem::path(BULKHEAD_SOURCE_DIR) / "src/bulkhead/catalog";
  for (const auto& entry : std::filesystem::directory_iterator(room)) {
    if (entry.is_directory()) folders.insert(entry.path().filename());
  }
  std::set<std::string> rows;
  for (const Inspector& row : inspectors()) rows.insert(std::string(row.name));
  EXPECT_EQ(rows, folders);
}

}  // namespace
}  // namespace bulkhead::catalog
