#include "bulkhead/catalog/rpm/header.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"
#include "bulkhead/catalog/rpm/rpm_test_support.h"

namespace bulkhead::catalog::rpm {
namespace {

constexpr std::uint64_t kMostPaths = 1 << 20;

TestPackage full_package() {
  return {"nodejs",
          "18.2",
          "3.el9",
          2,
          {},
          "nodejs:18:9060020220523160029:ad008a3a:x86_64",
          {"/usr/bin/node", "/usr/bin/npm", "/etc/npmrc"}};
}

TEST(RpmHeader, SaysWhatIsInstalled) {
  Faults faults;
  const auto record = read_header(as_bytes(make_header(full_package())), kMostPaths, faults);
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_TRUE(faults.empty());
  EXPECT_EQ(record->name, "nodejs");
  EXPECT_EQ(full_version(*record), "2:18.2-3.el9");
  EXPECT_EQ(record->architecture, "x86_64");
  EXPECT_EQ(record->source_rpm, "nodejs-18.2-3.el9.src.rpm");
  EXPECT_EQ(record->vendor, "Some Vendor");
  EXPECT_EQ(record->licence, "MIT");
  EXPECT_EQ(record->module, "nodejs:18");
  EXPECT_EQ(paths_of(record->files),
            (std::vector<std::string>{"usr/bin/node", "usr/bin/npm", "etc/npmrc"}));
}

TEST(RpmHeader, TakesTheLaterOfTwo) {
  auto entries = entries_of(full_package());
  entries.push_back({1001, 6, 1, std::string("19.0\0", 5)});
  Faults faults;
  const auto record = read_header(as_bytes(make_header(entries)), kMostPaths, faults);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->version, "19.0") << "what rpm appends at installation is preferred";
}

TEST(RpmHeader, LeavesOutWhatIsNotOnDisk) {
  auto package = full_package();
  package.files = {"/a/kept", "/a/ghost", "/a/excluded", "/a/other-colour", "/"};
  auto entries = entries_of(package);
  entries.push_back({1037, 4, 5, be32(0) + be32(64) + be32(0) + be32(0) + be32(0)});
  entries.push_back({1029, 1, 5, std::string("\0\0\2\4\0", 5)});
  Faults faults;
  const auto record = read_header(as_bytes(make_header(entries)), kMostPaths, faults);
  ASSERT_TRUE(record);
  EXPECT_EQ(paths_of(record->files), std::vector<std::string>{"a/kept"});
}

TEST(RpmHeader, ReadsWholePathsOfOldPackages) {
  auto package = full_package();
  package.files = {};
  auto entries = entries_of(package);
  entries.push_back({1027, 8, 2, std::string("/bin/sh\0/bin/ls\0", 16)});
  Faults faults;
  const auto record = read_header(as_bytes(make_header(entries)), kMostPaths, faults);
  ASSERT_TRUE(record);
  EXPECT_EQ(paths_of(record->files), (std::vector<std::string>{"bin/sh", "bin/ls"}));
}

TEST(RpmHeader, TakesNoNumberFromAnEntryWithoutValues) {
  auto entries = entries_of(full_package());
  entries.push_back({1003, 0, 1, ""});  // the null type: however many, they take no bytes
  entries.push_back({9999, 6, 1, std::string("\x07\0", 2)});  // what lies where they would
  Faults faults;
  const auto record = read_header(as_bytes(make_header(entries)), kMostPaths, faults);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->epoch, 0u);
}

TEST(RpmHeader, KeepsNoMoreStringsThanAPackageHasFiles) {
  constexpr std::uint32_t kMany = 1'000'001;
  auto package = full_package();
  package.files = {};
  auto entries = entries_of(package);
  entries.push_back({1027, 8, kMany, std::string(kMany, '\0')});
  Faults faults;
  const auto record = read_header(as_bytes(make_header(entries)), kMostPaths, faults);
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->files.packed.empty());
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_TRUE(faults[0].what.contains("tag 1027: 1000001 strings")) << faults[0].what;
}

TEST(RpmHeader, ChecksEachEntry) {
  struct Row {
    TestEntry entry;
    std::string_view says, why;
  };
  const Row rows[] = {
      {{9999, 10, 1, "x"}, "tag 9999: unknown type", "there are types 0 to 9"},
      {{9999, 6, 0, ""}, "tag 9999: impossible count", "no entry has no value"},
      {{9999, 4, 0x20000000, ""}, "tag 9999: impossible count", "more than a header may hold"},
      {{9999, 4, 9, "1234"}, "tag 9999: its values leave the data", "nine numbers in 4 bytes"},
      {{1014, 4, 1, "1234"}, "tag 1014 is no string", "a licence is text"},
      {{1014, 6, 1, "MIT"}, "tag 1014: its string has no end", "no NUL"},
      {{1117, 8, 9, std::string("a\0b", 3)}, "tag 1117: its values leave", "more names than bytes"},
      {{1117, 8, 2, std::string("a\0b", 3)}, "tag 1117: its strings have no end", "no NUL"},
      {{1116, 4, 3, be32(0) + be32(7) + be32(0)}, "file 1 has no folder", "there are two folders"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    auto entries = entries_of(full_package());
    entries.push_back(row.entry);
    Faults faults;
    const auto record = read_header(as_bytes(make_header(entries)), kMostPaths, faults);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->name, "nodejs") << "a wrong entry costs itself";
    ASSERT_FALSE(faults.empty());
    EXPECT_TRUE(faults[0].what.contains(row.says)) << faults[0].what;
  }
}

TEST(RpmHeader, RefusesWhatNamesNoPackage) {
  struct Row {
    std::string header;
    std::string_view says;
  };
  const auto without = [](std::uint32_t tag) {
    auto entries = entries_of(full_package());
    std::erase_if(entries, [&](const TestEntry& e) { return e.tag == tag; });
    return make_header(entries);
  };
  auto spaced = full_package();
  spaced.name = "two words";
  const Row rows[] = {
      {"", "too short"},
      {std::string(8, '\0') + std::string(16, 'x'), "0 index entries"},
      {be32(70000) + be32(1) + std::string(16, 'x'), "70000 index entries"},
      {be32(5) + be32(100) + std::string(30, 'x'), "ends inside its index"},
      {without(1000), "no valid name"},
      {without(1001), "nodejs has no valid version"},
      {without(1002), "nodejs has no valid version and release"},
      {make_header(spaced), "no valid name"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.says);
    Faults faults;
    const auto record = read_header(as_bytes(row.header), kMostPaths, faults);
    ASSERT_FALSE(record);
    EXPECT_TRUE(record.error().what.contains(row.says)) << record.error().what;
  }
}

TEST(RpmHeader, KeepsNoMorePathsThanAllowed) {
  Faults faults;
  const auto record = read_header(as_bytes(make_header(full_package())), 20, faults);
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->files.packed.empty());
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].code, Code::limit_exceeded);
}

TEST(RpmHeader, SurvivesDamageAnywhere) {
  const std::string good = make_header(full_package());
  for (std::size_t i = 0; i < good.size(); ++i) {
    Faults cut_faults;
    const auto cut = read_header(as_bytes(good).first(i), kMostPaths, cut_faults);
    EXPECT_TRUE(!cut || !cut_faults.empty()) << "cut at " << i << " without a word";
    for (const char flip : {'\x01', '\x80', '\xFF'}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ flip);
      Faults faults;
      (void)read_header(as_bytes(bad), kMostPaths, faults);
    }
  }
}

}  // namespace
}  // namespace bulkhead::catalog::rpm
