#include "bulkhead/catalog/registry.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace bulkhead::catalog {
namespace {

TEST(Registry, NamesTheOperatingSystemFirstThenSortedNamesThenTheKernel) {
  ASSERT_FALSE(inspectors().empty());
  EXPECT_EQ(inspectors()[0].name, "os");
  EXPECT_EQ(inspectors().back().name, "kernel");
  const auto rest = inspectors().subspan(1, inspectors().size() - 2);
  for (std::size_t i = 1; i < rest.size(); ++i) EXPECT_LT(rest[i - 1].name, rest[i].name);
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
    EXPECT_FALSE(row.patterns.empty());
  }
}

TEST(Registry, WantsRelativePathsEachOnce) {
  std::set<std::string_view> seen;
  for (const Inspector& row : all_inspectors()) {
    for (const std::string_view pattern : row.patterns) {
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
