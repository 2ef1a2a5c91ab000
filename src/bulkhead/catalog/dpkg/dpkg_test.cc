#include "bulkhead/catalog/dpkg/dpkg.h"

#include <sstream>

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"

namespace bulkhead::catalog::dpkg {
namespace {

constexpr std::string_view kPath = "var/lib/dpkg/status";

TestScan scan_text(std::string_view text, const TestOptions& options = {}) {
  return run_inspector("dpkg", {{std::string(kPath), std::string(text)}}, options);
}

// Three stanzas as dpkg writes them, shortened.
constexpr std::string_view kStanzas[] = {
    "Package: libc6\nStatus: install ok installed\nSection: libs\nArchitecture: amd64\n"
    "Multi-Arch: same\nSource: glibc\nVersion: 2.36-9+deb12u4\nConffiles:\n"
    " /etc/ld.so.conf.d/x.conf d4e7a7b88a71b5ffd9e2644e71a0cfab\nDescription: C library\n"
    " Shared libraries:\n .\n the standard C library.\n",
    "Package: perl-base\nEssential: yes\nStatus: install ok installed\nArchitecture: amd64\n"
    "Source: perl (5.36.0-7)\nVersion: 5.36.0-7+b1\nDescription: minimal Perl system\n",
    "Package: tzdata\nStatus: install ok installed\nArchitecture: all\nVersion: 1:2024a-0\n"
    "Provides: tzdata-bookworm\n",
};
const std::vector<std::string> kRows = {
    "libc6 2.36-9+deb12u4 amd64 glibc 2.36-9+deb12u4",
    "perl-base 5.36.0-7+b1 amd64 perl 5.36.0-7",
    "tzdata 1:2024a-0 all tzdata 1:2024a-0",
};

std::string database() {
  return std::string(kStanzas[0]) + "\n" + std::string(kStanzas[1]) + "\n" +
         std::string(kStanzas[2]) + "\n";
}

TEST(Dpkg, ReadsStanzas) {
  const TestScan scan = scan_text(database());
  EXPECT_EQ(rows_of(scan.inventory), kRows);
  EXPECT_TRUE(scan.notes.empty());
  ASSERT_EQ(scan.inventory.packages.size(), 3u);
  const Package& libc = scan.inventory.packages[0];
  EXPECT_EQ(libc.type, PackageType::deb);
  EXPECT_EQ(libc.origin, Origin::installed);
  EXPECT_EQ(libc.source_name, "glibc");
  EXPECT_EQ(libc.source_version, "");
  EXPECT_EQ(libc.id, libc.purl);
  EXPECT_EQ(libc.locations, (std::vector<Location>{{0, "/var/lib/dpkg/status"}}));
  EXPECT_EQ(scan.inventory.packages[2].source_name, "");
}

TEST(Dpkg, NamesThePackageByTheOperatingSystem) {
  struct PurlRow {
    std::string_view id, version, codename, want;
  };
  constexpr PurlRow kPurls[] = {
      {"", "", "", "pkg:deb/a@1-1?arch=all"},
      {"debian", "12", "bookworm", "pkg:deb/debian/a@1-1?arch=all&distro=debian-12"},
      {"ubuntu", "22.04", "", "pkg:deb/ubuntu/a@1-1?arch=all&distro=ubuntu-22.04"},
      {"debian", "", "trixie", "pkg:deb/debian/a@1-1?arch=all&distro=debian-trixie"},
  };
  for (const PurlRow& row : kPurls) {
    TestOptions options;
    if (!row.id.empty()) {
      options.os = OsInfo{};
      options.os->id = row.id;
      options.os->version = row.version;
      options.os->codename = row.codename;
    }
    const TestScan scan = scan_text("Package: a\nVersion: 1-1\nArchitecture: all\n", options);
    ASSERT_EQ(scan.inventory.packages.size(), 1u);
    EXPECT_EQ(scan.inventory.packages[0].purl, row.want);
  }
}

struct Case {
  std::string_view text;
  std::vector<std::string> rows;
  std::vector<NoteLevel> notes;
  std::string_view why;
};

constexpr NoteLevel kGap = NoteLevel::incomplete;
constexpr NoteLevel kOdd = NoteLevel::info;

void check(const std::vector<Case>& cases) {
  for (const Case& row : cases) {
    SCOPED_TRACE(row.why);
    const TestScan scan = scan_text(row.text);
    EXPECT_EQ(rows_of(scan.inventory), row.rows);
    std::vector<NoteLevel> levels;
    for (const Note& note : scan.notes) levels.push_back(note.level);
    EXPECT_EQ(levels, row.notes);
  }
}

TEST(Dpkg, KeepsWhatIsOnDisk) {
  check({
      {"Package: a\nStatus: install ok installed\nVersion: 1\n", {"a 1  a 1"}, {}, "installed"},
      {"Package: a\nStatus: hold ok installed\nVersion: 1\n", {"a 1  a 1"}, {}, "on hold"},
      {"Package: a\nStatus: deinstall ok installed\nVersion: 1\n",
       {"a 1  a 1"},
       {},
       "still installed, but no longer wanted"},
      {"Package: a\nStatus: install reinstreq installed\nVersion: 1\n",
       {"a 1  a 1"},
       {},
       "to be reinstalled"},
      {"Package: a\nStatus: deinstall ok config-files\nVersion: 1\n", {}, {}, "removed"},
      {"Package: a\nStatus: purge ok not-installed\n", {}, {}, "purged"},
      {"Package: a\nStatus: unknown ok not-installed\njunk\n",
       {},
       {},
       "what is wrong with a package that is not there matters to nobody"},
      {"Package: a\nStatus: install ok triggers-pending\nVersion: 1\n",
       {"a 1  a 1"},
       {},
       "waits for its own triggers"},
      {"Package: a\nStatus: install ok triggers-awaited\nVersion: 1\n",
       {"a 1  a 1"},
       {},
       "waits for another's triggers"},
      {"Package: a\nStatus: install ok unpacked\nVersion: 1\n", {"a 1  a 1"}, {kOdd}, "unpacked"},
      {"Package: a\nStatus: install ok half-configured\nVersion: 1\n",
       {"a 1  a 1"},
       {kOdd},
       "half configured"},
      {"Package: a\nStatus: install reinstreq half-installed\nVersion: 1\n",
       {"a 1  a 1"},
       {kOdd},
       "half installed"},
      {"Package: a\nStatus: install ok wonderful\nVersion: 1\n",
       {"a 1  a 1"},
       {kOdd},
       "a state that nobody knows"},
      {"Package: a\nVersion: 1\n", {"a 1  a 1"}, {}, "no Status, as in distroless images"},
  });
}

TEST(Dpkg, UnderstandsFields) {
  check({
      {"PACKAGE: a\nversion: 1\naRCHITECTURE: x\n", {"a 1 x a 1"}, {}, "names in any case"},
      {"Package:a\nVersion :\t2:1~rc1-1+b2 \n",
       {"a 2:1~rc1-1+b2  a 2:1~rc1-1+b2"},
       {},
       "blanks; an epoch is kept"},
      {"Package: a\r\nVersion: 1\r\n\r\nPackage: b\r\nVersion: 2\r\n",
       {"a 1  a 1", "b 2  b 2"},
       {},
       "CRLF"},
      {"Package: a\nVersion: 1\nSource: s\n", {"a 1  s 1"}, {}, "a source"},
      {"Package: a\nVersion: 1+b1\nSource: a (1)\n", {"a 1+b1  a 1"}, {}, "a rebuild"},
      {"Package: a\nVersion: 1\nSource: s ( 2:3 )\n", {"a 1  s 2:3"}, {}, "blanks in brackets"},
      {"Package: a\nVersion: 1\nSource: a\n", {"a 1  a 1"}, {}, "its own source"},
      {"Package: a\nVersion: 1\nSource: s (2\n", {"a 1  a 1"}, {kGap}, "an open bracket"},
      {"Package: a\nVersion: 1\nSource: (2)\n", {"a 1  a 1"}, {kGap}, "no source name"},
      {"Package: a\nVersion: 1\nSource: s ()\n", {"a 1  a 1"}, {kGap}, "no source version"},
      {"Package: a\nVersion: 1\nArchitecture: x y\n", {"a 1  a 1"}, {kOdd}, "two architectures"},
      {"Package: a\nVersion: 1\nVersion: 2\n", {"a 1  a 1"}, {kOdd}, "the first one counts"},
      {"Package: a\nDescription: x\n Version: 3\nVersion: 1\n",
       {"a 1  a 1"},
       {},
       "a continuation line that looks like a field"},
      {"Package: a\nDescription: x\n \nVersion: 1\n",
       {"a 1  a 1"},
       {},
       "a line of spaces does not end a stanza"},
  });
}

TEST(Dpkg, GoesOnAfterBadStanzas) {
  check({
      {"Version: 1\n\nPackage: b\nVersion: 2\n", {"b 2  b 2"}, {kGap}, "no Package"},
      {"Package: a\n\nPackage: b\nVersion: 2\n", {"b 2  b 2"}, {kGap}, "no Version"},
      {"Package:\nVersion: 1\n\nPackage: b\nVersion: 2\n", {"b 2  b 2"}, {kGap}, "empty Package"},
      {"Package: ../a\nVersion: 1\n\nPackage: b\nVersion: 2\n",
       {"b 2  b 2"},
       {kGap},
       "a name that dpkg refuses"},
      {"Package: a\nVersion: 1 2\n\nPackage: b\nVersion: 2\n",
       {"b 2  b 2"},
       {kGap},
       "a version with a space"},
      {"Package: a\nVersion: 1\nSource glibc\n",
       {"a 1  a 1"},
       {kGap},
       "a line without colon may have been the source"},
      {"\x7f"
       "ELF\n\nPackage: b\nVersion: 2\n",
       {"b 2  b 2"},
       {kGap, kGap},
       "something else"},
  });
}

TEST(Dpkg, GivesOffsets) {
  const TestScan scan = scan_text("Package: a\nVersion: 1\n\nPackage: b\nVersion: 1 2\n\n");
  ASSERT_EQ(scan.notes.size(), 1u);
  EXPECT_EQ(scan.notes[0].offset, 34u);
  EXPECT_EQ(scan.notes[0].what, "dpkg status: b has no valid Version");
}

TEST(Dpkg, AttachesFileLists) {
  const std::string folder = "var/lib/dpkg/";
  const TestScan scan = run_inspector(
      "dpkg", {{folder + "status",
                "Package: a\nVersion: 1\nArchitecture: amd64\n\nPackage: b\nVersion: 2\n"
                "Architecture: amd64\n\nPackage: b\nVersion: 2\nArchitecture: i386\n\n"
                "Package: c\nVersion: 3\nArchitecture: all\n",
                3},
               {folder + "info/a.list", "/.\n/usr\n/usr/a\n"},
               {folder + "info/b:amd64.list", "/.\n/lib\n/lib/x\n"},
               {folder + "info/b:i386.list", "/.\n/lib\n/lib/y\n"}});
  ASSERT_EQ(scan.inventory.packages.size(), 4u);
  EXPECT_EQ(paths_of(scan.inventory.packages[0].files), std::vector<std::string>{"usr/a"});
  EXPECT_EQ(paths_of(scan.inventory.packages[1].files), std::vector<std::string>{"lib/x"});
  EXPECT_EQ(paths_of(scan.inventory.packages[2].files), std::vector<std::string>{"lib/y"});
  EXPECT_TRUE(scan.inventory.packages[3].files.packed.empty());
  EXPECT_EQ(scan.inventory.packages[0].locations[0].layer, 3u);
}

TEST(Dpkg, ReadsDistrolessImages) {
  const std::string folder = "var/lib/dpkg/status.d/";
  const TestScan scan = run_inspector(
      "dpkg",
      {{folder + "libssl3",
        "Package: libssl3\nSource: openssl\nVersion: 3.0.9-1\n"
        "Architecture: amd64\n",
        2},
       {folder + "libssl3.md5sums", "d41d8cd98f00b204e9800998ecf8427e  usr/lib/libssl.so.3\n"},
       {folder + "netbase", "Package: netbase\nVersion: 6.4\nArchitecture: all\n"}});
  EXPECT_EQ(rows_of(scan.inventory),
            (std::vector<std::string>{"libssl3 3.0.9-1 amd64 openssl 3.0.9-1",
                                      "netbase 6.4 all netbase 6.4"}));
  EXPECT_TRUE(scan.notes.empty());
  EXPECT_EQ(paths_of(scan.inventory.packages[0].files),
            std::vector<std::string>{"usr/lib/libssl.so.3"});
  EXPECT_EQ(scan.inventory.packages[0].locations,
            (std::vector<Location>{{2, "/var/lib/dpkg/status.d/libssl3"}}));
}

TEST(Dpkg, NeverDependsOnChunks) {
  for (const std::size_t chunk : {1u, 2u, 3u, 7u, 64u}) {
    TestOptions options;
    options.chunk = chunk;
    const TestScan scan = scan_text(database(), options);
    EXPECT_EQ(rows_of(scan.inventory), kRows);
    EXPECT_TRUE(scan.notes.empty());
  }
}

TEST(Dpkg, KeepsTheNeighboursOfDamage) {
  const std::string good = database();
  std::size_t start = 0;
  for (std::size_t damaged = 0; damaged < std::size(kStanzas); ++damaged) {
    // The last newline of a stanza belongs to the separator.
    const std::size_t end = start + kStanzas[damaged].size() - 1;
    for (std::size_t at = start; at < end; ++at) {
      SCOPED_TRACE(at);
      for (const char c : {'\0', '\n', '\r', ':', ' ', '(', '\xFF'}) {
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

TEST(Dpkg, NotesWhatIsBeyondTheLimits) {
  TestOptions options;
  options.run.limits.stanza_bytes = 24;
  TestScan scan = scan_text(
      "Package: a\nVersion: 1\n\nPackage: b\nVersion: 2\nX: y\n\nPackage: c\nVersion: 3\n",
      options);
  EXPECT_EQ(rows_of(scan.inventory), (std::vector<std::string>{"a 1  a 1", "c 3  c 3"}));
  ASSERT_EQ(scan.notes.size(), 1u);
  EXPECT_EQ(scan.notes[0].code, "limit-exceeded");
  EXPECT_EQ(scan.notes[0].offset, 23u);
  EXPECT_TRUE(scan.has_gap());

  options = {};
  options.run.limits.packages = 2;
  scan = scan_text(database(), options);
  EXPECT_EQ(scan.inventory.packages.size(), 2u);
  EXPECT_EQ(scan.notes.size(), 1u);
  EXPECT_TRUE(scan.has_gap());
}

TEST(Dpkg, DropsFileListsBeyondTheLimit) {
  TestOptions options;
  options.run.limits.owned_path_bytes = 12;
  const std::string folder = "var/lib/dpkg/";
  const TestScan scan = run_inspector("dpkg",
                                      {{folder + "status",
                                        "Package: a\nVersion: 1\n\nPackage: b\nVersion: 2\n\n"
                                        "Package: c\nVersion: 3\n"},
                                       {folder + "info/a.list", "/.\n/12345\n"},
                                       {folder + "info/b.list", "/.\n/abcdef\n"},
                                       {folder + "info/c.list", "/.\n/too-long-a-list\n"}},
                                      options);
  ASSERT_EQ(scan.inventory.packages.size(), 3u);
  EXPECT_EQ(paths_of(scan.inventory.packages[0].files), std::vector<std::string>{"12345"});
  EXPECT_TRUE(scan.inventory.packages[1].files.packed.empty());
  EXPECT_TRUE(scan.inventory.packages[2].files.packed.empty());
  EXPECT_EQ(scan.notes.size(), 2u);
  EXPECT_FALSE(scan.has_gap());
}

/// What dpkg-query itself makes of a status file; nothing where there is no dpkg.
std::optional<std::vector<std::string>> ask_dpkg(const std::filesystem::path& status) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(testing::TempDir()) / "bulkhead-dpkg-oracle";
  fs::remove_all(folder);
  fs::create_directories(folder / "info");
  fs::create_directories(folder / "updates");
  fs::copy_file(status, folder / "status");
  const auto output = output_of(
      "dpkg-query --admindir='" + folder.string() +
      "' -W -f '${Package} ${Version} ${Architecture} ${source:Package} ${source:Version} "
      "${db:Status-Status}\\n' 2>/dev/null");
  fs::remove_all(folder);
  if (!output) return std::nullopt;
  std::vector<std::string> rows;
  std::istringstream lines(*output);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.rfind(' ');
    if (line.substr(space + 1) == "installed") rows.push_back(line.substr(0, space));
  }
  std::ranges::sort(rows);
  return rows;
}

TEST(Dpkg, AgreesWithDpkgOnRealDatabases) {
  const auto images = shared_images();
  if (!images) GTEST_SKIP() << "no shared images beside the project";
  const std::pair<std::string, std::size_t> kFiles[] = {
      {"debian-bookworm-minbase", 96},
      {"debian-bullseye-minbase", 96},
      {"texlive", 357},
      {"debian-only", 1},
      {"ubuntu-small", 5},
      {"synthetic-debian-11", 291},
  };
  for (const auto& [name, count] : kFiles) {
    SCOPED_TRACE(name);
    const std::filesystem::path path = *images / "dpkg" / (name + ".status");
    const TestScan scan = scan_text(read_whole(path));
    EXPECT_EQ(scan.inventory.packages.size(), count);
    EXPECT_TRUE(scan.notes.empty());
    if (const auto rows = ask_dpkg(path)) {
      EXPECT_EQ(rows_of(scan.inventory), *rows);
    }
  }
  const TestScan distroless =
      run_inspector("dpkg", {{"var/lib/dpkg/status.d/libsqlite3-0",
                              read_whole(*images / "dpkg/distroless-status.d/libsqlite3-0")}});
  EXPECT_EQ(rows_of(distroless.inventory),
            std::vector<std::string>{"libsqlite3-0 3.34.1-3 arm64 sqlite3 3.34.1-3"});
}

TEST(Dpkg, AgreesWithDpkgOnThisMachine) {
  const std::filesystem::path path = "/var/lib/dpkg/status";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no dpkg here";
  const auto rows = ask_dpkg(path);
  if (!rows) GTEST_SKIP() << "no dpkg-query here";
  EXPECT_EQ(rows_of(scan_text(read_whole(path)).inventory), *rows);
}

}  // namespace
}  // namespace bulkhead::catalog::dpkg
