#include "bulkhead/catalog/bottlerocket/bottlerocket.h"

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"

namespace bulkhead::catalog::bottlerocket {
namespace {

constexpr std::string_view kPath = "usr/share/bottlerocket/application-inventory.json";
constexpr std::string_view kInventory =
    R"json({"Content":[
{"Name":"glibc","Publisher":"bottlerocket-core-kit","Version":"2.38","Release":"1.br1","Epoch":"0",
 "InstalledTime":"2025-05-07T19:58:23Z","ApplicationType":"Unspecified","Architecture":"x86_64",
 "Url":"http://x","Summary":"The GNU libc"},
{"Name":"libz","Publisher":"Bottlerocket","Version":"1.3","Release":"1.br1","Epoch":"(none)",
 "Architecture":"x86_64"},
{"Name":"runc","Version":"1.1.12","Release":"3","Epoch":"2","Architecture":"x86_64"}]})json";

TestScan scan_text(std::string_view text, const TestOptions& options = {}) {
  return run_inspector("bottlerocket", {{std::string(kPath), std::string(text)}}, options);
}

TEST(Bottlerocket, ReadsTheInventoryWhateverTheChunks) {
  for (const std::size_t chunk : {1u, 7u, 4096u}) {
    TestOptions options;
    options.chunk = chunk;
    options.os = OsInfo{};
    options.os->id = "bottlerocket";
    options.os->version = "1.47.0";
    const TestScan scan = scan_text(kInventory, options);
    EXPECT_EQ(rows_of(scan.inventory),
              (std::vector<std::string>{"glibc 2.38-1.br1 x86_64 glibc 2.38-1.br1",
                                        "libz 1.3-1.br1 x86_64 libz 1.3-1.br1",
                                        "runc 2:1.1.12-3 x86_64 runc 2:1.1.12-3"}));
    EXPECT_TRUE(scan.notes.empty());
    ASSERT_EQ(scan.inventory.packages.size(), 3u);
    EXPECT_EQ(scan.inventory.packages[0].type, PackageType::rpm);
    EXPECT_EQ(scan.inventory.packages[0].vendor(), "bottlerocket-core-kit");
    EXPECT_EQ(scan.inventory.packages[2].purl,
              "pkg:rpm/bottlerocket/runc@1.1.12-3?arch=x86_64&distro=bottlerocket-1.47.0&epoch=2");
  }
}

struct Case {
  std::string_view text;
  std::size_t packages;
  std::size_t notes;
  std::string_view why;
};

TEST(Bottlerocket, SaysWhatItCannotRead) {
  constexpr Case kCases[] = {
      {"", 0, 1, "an empty file"},
      {"[]", 0, 1, "another JSON"},
      {R"({"Content":{}})", 0, 1, "no list"},
      {R"({"Content":[1,{"Name":"a","Version":"1","Release":"1"}]})", 1, 1, "a number"},
      {R"({"Content":[{"Name":"a","Version":"1"}]})", 0, 1, "no release"},
      {R"({"Content":[{"Name":"a","Version":"1","Release":"1","Epoch":"x"}]})", 1, 1,
       "an epoch that is no number"},
  };
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.why);
    const TestScan scan = scan_text(row.text);
    EXPECT_EQ(scan.inventory.packages.size(), row.packages);
    EXPECT_EQ(scan.notes.size(), row.notes);
    EXPECT_TRUE(scan.has_gap());
  }
  EXPECT_TRUE(scan_text(R"({"Content":[]})").notes.empty());
}

TEST(Bottlerocket, HoldsTheInventoryAgainstLimits) {
  TestOptions options;
  options.run.limits.packages = 2;
  TestScan scan = scan_text(kInventory, options);
  EXPECT_EQ(scan.inventory.packages.size(), 2u);
  EXPECT_TRUE(scan.has_gap());
  options = {};
  options.run.limits.document_bytes = 100;
  scan = scan_text(kInventory, options);
  EXPECT_TRUE(scan.inventory.packages.empty());
  EXPECT_TRUE(scan.has_gap());
}

TEST(Bottlerocket, SurvivesDamageAtEveryByte) {
  for (std::size_t at = 0; at < kInventory.size(); ++at) {
    for (const char c : {'\0', '"', '}', ',', '\xFF'}) {
      std::string bad(kInventory);
      bad[at] = c;
      const TestScan scan = scan_text(bad);
      EXPECT_TRUE(scan.has_gap() || scan.inventory.packages.size() == 3) << at;
    }
    EXPECT_TRUE(scan_text(kInventory.substr(0, at)).has_gap()) << at;
  }
}

}  // namespace
}  // namespace bulkhead::catalog::bottlerocket
