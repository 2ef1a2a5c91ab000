#include "bulkhead/catalog/apk/apk.h"

#include <sstream>

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"

namespace bulkhead::catalog::apk {
namespace {

constexpr std::string_view kPath = "lib/apk/db/installed";

TestScan scan_text(std::string_view text, const TestOptions& options = {}) {
  return run_inspector("apk", {{std::string(kPath), std::string(text)}}, options);
}

// Three records as apk writes them, shortened.
constexpr std::string_view kRecords[] = {
    "C:Q1N=\nP:musl\nV:1.1.24-r8\nA:x86_64\nS:3\nT:the libc\nL:MIT\no:musl\nF:lib\n"
    "R:ld-musl.so.1\na:0:0:755\nZ:Q18=\nR:libc.musl.so.1\n",
    "C:Q1M=\nP:ssl_client\nV:1.31.1-r16\nA:x86_64\nL:GPL-2.0-only\no:busybox\nF:usr\nF:usr/bin\n"
    "R:ssl_client\nZ:Q18=\n",
    "C:Q1P=\nP:zlib\nV:1.2.11-r3\nA:x86_64\nL:Zlib\no:zlib\nF:\nR:top\nF:lib\nR:libz.so.1\n",
};
const std::vector<std::string> kRows = {
    "musl 1.1.24-r8 x86_64 musl 1.1.24-r8",
    "ssl_client 1.31.1-r16 x86_64 busybox 1.31.1-r16",
    "zlib 1.2.11-r3 x86_64 zlib 1.2.11-r3",
};

std::string database() {
  return std::string(kRecords[0]) + "\n" + std::string(kRecords[1]) + "\n" +
         std::string(kRecords[2]) + "\n";
}

TEST(Apk, ReadsRecords) {
  const TestScan scan = scan_text(database());
  EXPECT_EQ(rows_of(scan.inventory), kRows);
  EXPECT_TRUE(scan.notes.empty());
  ASSERT_EQ(scan.inventory.packages.size(), 3u);
  const Package& musl = scan.inventory.packages[0];
  EXPECT_EQ(musl.type, PackageType::apk);
  EXPECT_EQ(musl.origin, Origin::installed);
  EXPECT_EQ(musl.source_name, "");
  EXPECT_EQ(musl.source_version, "");
  EXPECT_EQ(musl.licenses, std::vector<std::string>{"MIT"});
  EXPECT_EQ(musl.purl, "pkg:apk/musl@1.1.24-r8?arch=x86_64");
  EXPECT_EQ(musl.id, musl.purl);
  EXPECT_EQ(paths_of(musl.files),
            (std::vector<std::string>{"lib/ld-musl.so.1", "lib/libc.musl.so.1"}));
  EXPECT_EQ(paths_of(scan.inventory.packages[1].files),
            std::vector<std::string>{"usr/bin/ssl_client"});
  EXPECT_EQ(paths_of(scan.inventory.packages[2].files),
            (std::vector<std::string>{"top", "lib/libz.so.1"}));
}

TEST(Apk, NamesThePackageByTheOperatingSystem) {
  TestOptions options;
  options.os = OsInfo{};
  options.os->id = "alpine";
  options.os->version = "3.11.13";
  const TestScan scan =
      run_inspector("apk", {{std::string(kPath), std::string(kRecords[0]), 4}}, options);
  ASSERT_EQ(scan.inventory.packages.size(), 1u);
  EXPECT_EQ(scan.inventory.packages[0].purl,
            "pkg:apk/alpine/musl@1.1.24-r8?arch=x86_64&distro=alpine-3.11.13");
  EXPECT_EQ(scan.inventory.packages[0].locations,
            (std::vector<Location>{{4, "/lib/apk/db/installed"}}));
}

struct Case {
  std::string_view text;
  std::vector<std::string> rows;
  std::vector<NoteLevel> notes;
  std::string_view why;
};

TEST(Apk, GoesOnAfterOddRecords) {
  constexpr NoteLevel kGap = NoteLevel::incomplete;
  const std::vector<Case> kCases = {
      {"", {}, {}, "an empty database"},
      {"\n\n\n", {}, {}, "blank lines only"},
      {"P:a\nV:1", {"a 1  a 1"}, {NoteLevel::info}, "no newline at the end"},
      {"\nP:a\nV:1\n\n\n\nP:b\nV:2\n", {"a 1  a 1", "b 2  b 2"}, {}, "several blank lines"},
      {"P:a\r\nV:1\r\n\r\nP:b\r\nV:2\r\n", {"a 1  a 1", "b 2  b 2"}, {}, "CRLF"},
      {"V:1\nA:x\nP:a\n", {"a 1 x a 1"}, {}, "another order"},
      {"P:a\nV:1\nQ:new\n?:\n", {"a 1  a 1"}, {}, "letters of the future"},
      {"P:a\nV:1\nA:\no:\nL:\n", {"a 1  a 1"}, {}, "empty values"},
      {"V:1\nA:x\n\nP:b\nV:2\n", {"b 2  b 2"}, {kGap}, "no name"},
      {"P:a\nA:x\n\nP:b\nV:2\n", {"b 2  b 2"}, {kGap}, "no version"},
      {"P:a b\nV:1\n\nP:b\nV:2\n", {"b 2  b 2"}, {kGap}, "a name with a space"},
      {"P:a\nV:1\nnonsense\n", {"a 1  a 1"}, {kGap}, "a line without colon"},
      {"P:a\nV:1\n \nP:b\nV:2\n", {"a 1  a 1"}, {kGap, kGap}, "a blank that is no separator"},
      {"P:a\nV:1\n\nP:a\nV:1\n", {"a 1  a 1"}, {}, "the same record twice"},
      {"P:a\nV:1\n\nP:a\nV:2\n", {"a 1  a 1", "a 2  a 2"}, {}, "two versions"},
  };
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.why);
    const TestScan scan = scan_text(row.text);
    EXPECT_EQ(rows_of(scan.inventory), row.rows);
    std::vector<NoteLevel> levels;
    for (const Note& note : scan.notes) levels.push_back(note.level);
    EXPECT_EQ(levels, row.notes);
  }
}

TEST(Apk, ReadsWhatApk3WritesAndRefusesItsBinaryFormat) {
  // apk-tools 3: hashes of SHA-256 and letters that 2 had not.
  const std::string of_3 =
      "C:Q2abc=\nP:musl\nV:1.2.5-r9\nA:x86_64\nS:1\nI:2\no:musl\ng:tag\nF:lib\nM:0:0:0755\n"
      "R:ld-musl.so.1\na:0:0:755\nZ:Q2def=\n\n";
  const TestScan scan = run_inspector("apk", {{"lib/apk/db-uvol/installed", of_3}});
  EXPECT_EQ(rows_of(scan.inventory),
            std::vector<std::string>{"musl 1.2.5-r9 x86_64 musl 1.2.5-r9"});
  EXPECT_TRUE(scan.notes.empty());
  for (const std::string head : {"ADB.", "ADBd", "ADBc"}) {
    const TestScan refused = scan_text(head + std::string("idb\0\n\n\nP:a\nV:1\n", 15));
    EXPECT_TRUE(refused.inventory.packages.empty());
    ASSERT_EQ(refused.notes.size(), 1u);
    EXPECT_EQ(refused.notes[0].code, "unsupported");
  }
}

TEST(Apk, GivesTheOffsetOfABadRecord) {
  const TestScan scan = scan_text("P:a\nV:1\n\nP:b\n\nP:c\nV:3\n");
  ASSERT_EQ(scan.notes.size(), 1u);
  EXPECT_EQ(scan.notes[0].offset, 9u);
  EXPECT_EQ(scan.notes[0].what, "apk installed: b has no valid version");
}

TEST(Apk, ReadsBothPlacesAndListsSharedPackagesOnce) {
  const TestScan scan =
      run_inspector("apk", {{"usr/lib/apk/db/installed", "P:a\nV:1\n\nP:b\nV:2\n"},
                            {"lib/apk/db/installed", "P:a\nV:1\n"}});
  EXPECT_EQ(rows_of(scan.inventory), (std::vector<std::string>{"a 1  a 1", "b 2  b 2"}));
  ASSERT_EQ(scan.inventory.packages.size(), 2u);
  EXPECT_EQ(scan.inventory.packages[0].locations[0].path, "/lib/apk/db/installed");
  EXPECT_EQ(scan.inventory.packages[1].locations[0].path, "/usr/lib/apk/db/installed");
}

TEST(Apk, NeverDependsOnChunks) {
  for (const std::size_t chunk : {1u, 2u, 3u, 7u, 64u}) {
    TestOptions options;
    options.chunk = chunk;
    const TestScan scan = scan_text(database(), options);
    EXPECT_EQ(rows_of(scan.inventory), kRows);
    EXPECT_TRUE(scan.notes.empty());
  }
}

TEST(Apk, KeepsTheNeighboursOfDamage) {
  const std::string good = database();
  std::size_t start = 0;
  for (std::size_t damaged = 0; damaged < std::size(kRecords); ++damaged) {
    // The last newline of a record belongs to the separator.
    const std::size_t end = start + kRecords[damaged].size() - 1;
    for (std::size_t at = start; at < end; ++at) {
      SCOPED_TRACE(at);
      for (const char c : {'\0', '\n', '\r', ':', ' ', 'P', '\xFF'}) {
        std::string bad = good;
        bad[at] = c;
        const std::vector<std::string> rows = rows_of(scan_text(bad).inventory);
        for (std::size_t i = 0; i < kRows.size(); ++i) {
          if (i != damaged) {
            EXPECT_EQ(std::ranges::count(rows, kRows[i]), 1);
          }
        }
      }
      const std::vector<std::string> rows = rows_of(scan_text(good.substr(0, at)).inventory);
      EXPECT_TRUE(std::ranges::includes(rows, std::span(kRows).first(damaged)));
    }
    start = end + 2;
  }
}

TEST(Apk, NotesWhatIsBeyondTheLimits) {
  TestOptions options;
  options.run.limits.stanza_bytes = 12;
  TestScan scan = scan_text("P:a\nV:1\n\nP:b\nV:2\nA:x86\n\nP:c\nV:3\n", options);
  EXPECT_EQ(rows_of(scan.inventory), (std::vector<std::string>{"a 1  a 1", "c 3  c 3"}));
  ASSERT_EQ(scan.notes.size(), 1u);
  EXPECT_EQ(scan.notes[0].code, "limit-exceeded");
  EXPECT_EQ(scan.notes[0].offset, 9u);
  EXPECT_TRUE(scan.has_gap());

  options = {};
  options.run.limits.packages = 2;
  scan = scan_text(database(), options);
  EXPECT_EQ(scan.inventory.packages.size(), 2u);
  EXPECT_EQ(scan.notes.size(), 1u);
  EXPECT_TRUE(scan.has_gap());

  options = {};
  options.run.limits.owned_path_bytes = 40;
  scan = scan_text(database(), options);
  EXPECT_EQ(rows_of(scan.inventory), kRows);
  for (const Package& package : scan.inventory.packages) EXPECT_TRUE(package.files.packed.empty());
  EXPECT_EQ(scan.notes.size(), 1u);
  EXPECT_FALSE(scan.has_gap());
}

/// Rows of an expected/*.packages.tsv: package, version, origin, architecture.
std::vector<std::string> truth(const std::filesystem::path& path) {
  std::vector<std::string> rows;
  std::istringstream lines(read_whole(path));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream cells(line);
    std::string name, version, origin, architecture;
    cells >> name >> version >> origin >> architecture;
    rows.push_back(name + " " + version + " " + architecture + " " + origin + " " + version);
  }
  std::ranges::sort(rows);
  return rows;
}

TEST(Apk, AgreesWithApkOnRealDatabases) {
  const auto images = shared_images();
  if (!images) GTEST_SKIP() << "no shared images beside the project";
  for (const std::string version : {"3.6.5", "3.11.13", "3.16.9", "3.20.3"}) {
    SCOPED_TRACE(version);
    const auto text =
        output_of("tar xzOf '" + (*images / "rootfs").string() + "/alpine-minirootfs-" + version +
                  "-x86_64.tar.gz' ./lib/apk/db/installed");
    ASSERT_TRUE(text);
    const TestScan scan = scan_text(*text);
    EXPECT_EQ(rows_of(scan.inventory),
              truth(*images / "expected" / ("alpine-" + version + ".packages.tsv")));
    EXPECT_TRUE(scan.notes.empty());
  }
  for (const std::string version : {"v3.6", "v3.11"}) {
    SCOPED_TRACE(version);
    const TestScan scan =
        scan_text(read_whole(*images / "apk" / ("synthetic-" + version + ".installed")));
    EXPECT_EQ(rows_of(scan.inventory),
              truth(*images / "expected" / ("synthetic-apk-" + version + ".packages.tsv")));
    EXPECT_TRUE(scan.notes.empty());
  }
  EXPECT_EQ(scan_text(read_whole(*images / "apk/full.installed")).inventory.packages.size(), 14u);
  EXPECT_EQ(scan_text(read_whole(*images / "apk/scalibr.installed")).inventory.packages.size(),
            15u);
}

TEST(Apk, ListsTheFilesOfARealRootFilesystem) {
  const auto images = shared_images();
  if (!images) GTEST_SKIP() << "no shared images beside the project";
  const std::string tar =
      "'" + (*images / "rootfs").string() + "/alpine-minirootfs-3.20.3-x86_64.tar.gz'";
  const auto text = output_of("tar xzOf " + tar + " ./lib/apk/db/installed");
  const auto listing = output_of("tar tzf " + tar);
  ASSERT_TRUE(text && listing);
  std::vector<std::string> in_tree;
  std::istringstream lines(*listing);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("./") && !line.ends_with('/')) in_tree.push_back(line.substr(2));
  }
  std::ranges::sort(in_tree);
  std::size_t owned = 0;
  for (const Package& package : scan_text(*text).inventory.packages) {
    for (const std::string& path : paths_of(package.files)) {
      EXPECT_TRUE(std::ranges::binary_search(in_tree, path)) << path;
      ++owned;
    }
  }
  EXPECT_GT(owned, 70u);
}

}  // namespace
}  // namespace bulkhead::catalog::apk
