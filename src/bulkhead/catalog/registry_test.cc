#include "bulkhead/catalog/registry.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace bulkhead::catalog {
namespace {

TEST(Registry, IsInTheOrderInWhichInspectorsJoin) {
  ASSERT_FALSE(inspectors().empty());
  EXPECT_EQ(inspectors()[0].name, "os");
  // Databases, the kernel, and what single files show: each of the first and the last by name.
  const auto kernel = std::ranges::find(inspectors(), "kernel", &Inspector::name);
  ASSERT_NE(kernel, inspectors().end());
  const std::span databases(inspectors().begin() + 1, kernel);
  const std::span libraries(kernel + 1, inspectors().end());
  EXPECT_TRUE(std::ranges::is_sorted(databases, {}, &Inspector::name));
  EXPECT_TRUE(std::ranges::is_sorted(libraries, {}, &Inspector::name));
  for (const Inspector& row : databases) EXPECT_FALSE(row.patterns.empty()) << row.name;
  for (const Inspector& row : libraries) EXPECT_TRUE(row.patterns.empty()) << row.name;
  // What only --pending wants comes behind them, and is no part of other scans.
  ASSERT_EQ(all_inspectors().size(), inspectors().size() + 1);
  EXPECT_EQ(all_inspectors().back().name, "repositories");
}

TEST(Registry, FillsEachRow) {
  for (const Inspector& row : all_inspectors()) {
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
  for (const Inspector& row : all_inspectors()) {
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
  for (const Inspector& row : all_inspectors()) rows.insert(std::string(row.name));
  EXPECT_EQ(rows, folders);
}

}  // namespace
}  // namespace bulkhead::catalog
