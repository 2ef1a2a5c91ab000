#include "bulkhead/catalog/alpm/alpm.h"

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"

namespace bulkhead::catalog::alpm {
namespace {

constexpr std::string_view kDesc =
    "%NAME%\ngcc-libs\n\n%VERSION%\n1:12.1.0-2\n\n%BASE%\ngcc\n\n%DESC%\nRuntime libraries\n\n"
    "%ARCH%\nx86_64\n\n%LICENSE%\nGPL-3.0-or-later\nGFDL\n\n%DEPENDS%\nglibc>=2.27\n\n";
constexpr std::string_view kFiles =
    "%FILES%\nusr/\nusr/lib/\nusr/lib/libgcc_s.so.1\nusr/share/a b\nusr/share/%odd%\n\n"
    "%BACKUP%\netc/x\t0123\n\n";
constexpr std::string_view kFolder = "var/lib/pacman/local/gcc-libs-1:12.1.0-2/";

TestScan scan_desc(std::string_view text, const TestOptions& options = {}) {
  return run_inspector("alpm", {{std::string(kFolder) + "desc", std::string(text)}}, options);
}

TEST(Alpm, ReadsAPackageWhateverTheChunks) {
  for (const std::size_t chunk : {1u, 3u, 4096u}) {
    TestOptions options;
    options.chunk = chunk;
    options.os = OsInfo{};
    options.os->id = "arch";
    const TestScan scan = run_inspector("alpm",
                                        {{std::string(kFolder) + "desc", std::string(kDesc), 2},
                                         {std::string(kFolder) + "files", std::string(kFiles), 2}},
                                        options);
    ASSERT_EQ(scan.inventory.packages.size(), 1u);
    const Package& package = scan.inventory.packages[0];
    EXPECT_EQ(package.type, PackageType::alpm);
    EXPECT_EQ(package.name, "gcc-libs");
    EXPECT_EQ(package.version, "1:12.1.0-2");
    EXPECT_EQ(package.source_name, "gcc");
    EXPECT_EQ(package.architecture, "x86_64");
    EXPECT_EQ(package.licenses, (std::vector<std::string>{"GPL-3.0-or-later", "GFDL"}));
    EXPECT_EQ(package.purl, "pkg:alpm/arch/gcc-libs@1:12.1.0-2?arch=x86_64&distro=arch");
    EXPECT_EQ(package.locations, (std::vector<Location>{{2, "/" + std::string(kFolder) + "desc"}}));
    EXPECT_EQ(
        paths_of(package.files),
        (std::vector<std::string>{"usr/lib/libgcc_s.so.1", "usr/share/a b", "usr/share/%odd%"}));
    EXPECT_TRUE(scan.notes.empty());
  }
}

struct Case {
  std::string_view text;
  std::vector<std::string> rows;
  std::vector<NoteLevel> notes;
  std::string_view why;
};

TEST(Alpm, UnderstandsDesc) {
  constexpr NoteLevel kGap = NoteLevel::incomplete;
  constexpr NoteLevel kOdd = NoteLevel::info;
  const std::vector<Case> kCases = {
      {"%NAME%\na\n\n%VERSION%\n1-1\n", {"a 1-1  a 1-1"}, {}, "the least"},
      {"%NAME%\na\n\n%VERSION%\n1-1", {"a 1-1  a 1-1"}, {}, "no newline at the end"},
      {"%NAME%\r\na\r\n\r\n%VERSION%\r\n1-1\r\n", {"a 1-1  a 1-1"}, {}, "CRLF"},
      {"%NAME%\na\n%VERSION%\n1-1\n", {"a 1-1  a 1-1"}, {}, "a blank line is missing"},
      {"%FUTURE%\nx\ny\n\n%NAME%\na\n\n%VERSION%\n1-1\n", {"a 1-1  a 1-1"}, {}, "unknown blocks"},
      {"%NAME%\na\n\n%BASE%\na\n\n%VERSION%\n1-1\n", {"a 1-1  a 1-1"}, {}, "its own base"},
      {"%NAME%\na\nb\n\n%VERSION%\n1-1\n", {"a 1-1  a 1-1"}, {kOdd}, "two names"},
      {"stray\n%NAME%\na\n\n%VERSION%\n1-1\n", {"a 1-1  a 1-1"}, {kOdd}, "a line of no block"},
      {"%NAME%\na\n", {}, {kGap}, "no version"},
      {"%VERSION%\n1-1\n", {}, {kGap}, "no name"},
      {"%NAME%\na b\n\n%VERSION%\n1-1\n", {}, {kGap}, "two words"},
      {"", {}, {kGap}, "an empty file"},
  };
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.why);
    const TestScan scan = scan_desc(row.text);
    EXPECT_EQ(rows_of(scan.inventory), row.rows);
    std::vector<NoteLevel> levels;
    for (const Note& note : scan.notes) levels.push_back(note.level);
    EXPECT_EQ(levels, row.notes);
  }
}

TEST(Alpm, HoldsFilesAgainstLimits) {
  TestOptions options;
  options.run.limits.memory_file_bytes = 20;
  TestScan scan = scan_desc(kDesc, options);
  EXPECT_TRUE(scan.inventory.packages.empty());
  EXPECT_TRUE(scan.has_gap());

  options = {};
  options.run.limits.owned_path_bytes = 10;
  scan = run_inspector("alpm",
                       {{std::string(kFolder) + "desc", std::string(kDesc)},
                        {std::string(kFolder) + "files", std::string(kFiles)}},
                       options);
  ASSERT_EQ(scan.inventory.packages.size(), 1u);
  EXPECT_TRUE(scan.inventory.packages[0].files.packed.empty());
  EXPECT_EQ(scan.notes.size(), 1u);
  EXPECT_FALSE(scan.has_gap());
}

TEST(Alpm, SurvivesDamageAtEveryByte) {
  for (std::size_t at = 0; at < kDesc.size(); ++at) {
    SCOPED_TRACE(at);
    for (const char c : {'\0', '\n', '%', ' ', '\xFF'}) {
      std::string bad(kDesc);
      bad[at] = c;
      const TestScan scan = scan_desc(bad);
      // Either the package is there or its absence is a gap.
      EXPECT_TRUE(scan.inventory.packages.size() == 1 || scan.has_gap());
    }
    const TestScan cut = scan_desc(kDesc.substr(0, at));
    EXPECT_TRUE(cut.inventory.packages.size() == 1 || cut.has_gap());
  }
}

}  // namespace
}  // namespace bulkhead::catalog::alpm
