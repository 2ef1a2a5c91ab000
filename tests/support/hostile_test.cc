// That the cases are what they say: names, expectations, and, by independent tools, some of the
// bytes. What Bulkhead makes of them is checked end to end.
#include "tests/support/hostile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include <nlohmann/json.hpp>

#include "tests/support/layout.h"
#include "tests/support/test_tools.h"

namespace bulkhead::test_support {
namespace {

const HostileCase& named(std::string_view name) {
  const auto cases = hostile_cases();
  const auto found = std::ranges::find(cases, name, &HostileCase::name);
  EXPECT_NE(found, cases.end()) << name;
  return *found;
}

TEST(Hostile, NamesAreUniqueAndExpectationsSayThings) {
  std::set<std::string> names;
  for (const HostileCase& row : hostile_cases()) {
    SCOPED_TRACE(row.name);
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_FALSE(row.why.empty());
    ASSERT_FALSE(row.expectation.exit_codes.empty());
    for (const int code : row.expectation.exit_codes) EXPECT_TRUE(code == 0 || code == 3);
    EXPECT_TRUE(row.expectation.needs_report || row.expectation.packages.empty());
  }
  EXPECT_GE(names.size(), 45u);
  const auto json = nlohmann::json::parse(hostile_expectations_json(hostile_cases()));
  EXPECT_EQ(json.size(), names.size());
  EXPECT_EQ(json[0]["target"], "docker-archive:empty-file.tar");
}

TEST(Hostile, EveryCheapCaseIsWritten) {
  const TemporaryFolder folder;
  for (const HostileCase& row : hostile_cases()) {
    if (row.name.starts_with("bomb-")) continue;  // made below, or by the corpus program
    SCOPED_TRACE(row.name);
    const Result<void> made = row.make(folder.path(row.file_name()));
    EXPECT_TRUE(made) << describe(made.error());
    EXPECT_TRUE(std::filesystem::exists(folder.path(row.file_name())));
  }
}

struct ToolRow {
  std::string name;
  int want;  // exit code of `tar -t` over the file as a whole
};

TEST(Hostile, GnuTarAgreesWhereTheOuterArchiveIsCut) {
  const ToolRow rows[] = {
      {"outer-cut-in-header", 0},  // GNU tar takes the piece for the end {"outer-cut-in-data", 2},
                                   // {"outer-cut-before-header", 0},
      {"outer-no-end-blocks", 0},
      {"outer-cut-in-manifest-json", 2},
      {"outer-cut-in-index-json", 2},
      {"wrong-diff-id", 0}};
  for (const ToolRow& row : rows) {
    const TemporaryFolder folder;
    const std::string path = folder.path("x.tar");
    ASSERT_TRUE(named(row.name).make(path));
    EXPECT_EQ(run_command("tar -tf " + path + " >/dev/null 2>&1").exit_code, row.want) << row.name;
  }
}

/// The exit code of `tool` on the largest blob of an OCI archive.
int tool_on_top_blob(const std::string& name, const std::string& tool) {
  const TemporaryFolder folder;
  EXPECT_TRUE(named(name).make(folder.path("x.tar")));
  return run_command("cd " + folder.path(".") + " && tar -xf x.tar && " + tool +
                     " < $(ls -S blobs/sha256/* | head -1) >/dev/null 2>&1")
      .exit_code;
}

TEST(Hostile, ToolsRefuseTheDamagedBlobsAndTakeTheStrangeOnes) {
  for (const auto& [name, tool] : {std::pair{"gzip-cut-in-trailer", "gzip -dc"},
                                   {"gzip-cut-in-data", "gzip -dc"},
                                   {"gzip-wrong-size", "gzip -dc"},
                                   {"gzip-wrong-crc", "gzip -dc"},
                                   {"zstd-cut-in-frame", "zstd -dc"},
                                   {"zstd-cut-in-checksum", "zstd -dc"},
                                   {"zstd-wrong-checksum", "zstd -dc"},
                                   {"zstd-window-2-gib", "zstd -dc"},
                                   {"xz-cut-in-index", "xz -dc"},
                                   {"bzip2-cut-in-data", "bzip2 -dc"}}) {
    EXPECT_NE(tool_on_top_blob(name, tool), 0) << name;
  }
  EXPECT_EQ(tool_on_top_blob("gzip-1e5-members", "gzip -dc"), 0);
  EXPECT_EQ(tool_on_top_blob("zstd-window-2-gib", "zstd -dc --long=31"), 0);
}

TEST(Hostile, TheZstdBombIsSmallAndUnpacksToFourGib) {
  const TemporaryFolder folder;
  ASSERT_TRUE(named("bomb-zstd-4-gib").make(folder.path("x.tar")));
  EXPECT_LT(std::filesystem::file_size(folder.path("x.tar")), 1u << 20);
  const CommandResult run = run_command(
      "cd " + folder.path(".") +
      " && tar -xf x.tar && cp $(ls -S blobs/sha256/* | head -1) x.zst && zstd -lv x.zst 2>&1");
  // The zeros, two headers, a block of the database and the end blocks.
  EXPECT_NE(run.output.find("4294969856 B"), std::string::npos) << run.output;
}

}  // namespace
}  // namespace bulkhead::test_support
