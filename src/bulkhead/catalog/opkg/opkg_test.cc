#include "bulkhead/catalog/opkg/opkg.h"

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"

namespace bulkhead::catalog::opkg {
namespace {

// As OpenWrt and Yocto write them, shortened.
constexpr std::string_view kStanzas[] = {
    "Package: libopenssl1.1\nVersion: 1.1.1n-1\nDepends: libc\nStatus: install user installed\n"
    "Architecture: mips_24kc\nInstalled-Time: 1646000000\n",
    "Package: dnsmasq\nVersion: 2.86-13\nStatus: install ok installed\nArchitecture: mips_24kc\n"
    "Conffiles:\n /etc/config/dhcp 6a0c\nSource: package/network/services/dnsmasq\n",
    "Package: kmod-gre\nVersion: 5.4.188-1\nStatus: install user installed\nArchitecture: all\n",
};
const std::vector<std::string> kRows = {
    "dnsmasq 2.86-13 mips_24kc dnsmasq 2.86-13",
    "kmod-gre 5.4.188-1 all kmod-gre 5.4.188-1",
    "libopenssl1.1 1.1.1n-1 mips_24kc libopenssl1.1 1.1.1n-1",
};

std::string database() {
  return std::string(kStanzas[0]) + "\n" + std::string(kStanzas[1]) + "\n" +
         std::string(kStanzas[2]) + "\n";
}

TestScan scan_text(std::string_view text, const TestOptions& options = {}) {
  return run_inspector("opkg", {{"usr/lib/opkg/status", std::string(text)}}, options);
}

TEST(Opkg, ReadsStanzasWhateverTheChunks) {
  for (const std::size_t chunk : {1u, 2u, 7u, 64u, 4096u}) {
    TestOptions options;
    options.chunk = chunk;
    const TestScan scan = scan_text(database(), options);
    EXPECT_EQ(rows_of(scan.inventory), kRows);
    EXPECT_TRUE(scan.notes.empty());
  }
}

TEST(Opkg, NamesThePackageByTheOperatingSystem) {
  TestOptions options;
  options.os = OsInfo{};
  options.os->id = "openwrt";
  options.os->version = "21.02.3";
  const TestScan scan = scan_text(kStanzas[2], options);
  ASSERT_EQ(scan.inventory.packages.size(), 1u);
  const Package& package = scan.inventory.packages[0];
  EXPECT_EQ(package.type, PackageType::opkg);
  EXPECT_EQ(package.purl, "pkg:opkg/openwrt/kmod-gre@5.4.188-1?arch=all&distro=openwrt-21.02.3");
  EXPECT_EQ(package.locations, (std::vector<Location>{{0, "/usr/lib/opkg/status"}}));
}

struct Case {
  std::string_view text;
  std::vector<std::string> rows;
  std::vector<NoteLevel> notes;
  std::string_view why;
};

TEST(Opkg, KeepsWhatIsOnDiskAndGoesOnAfterBadStanzas) {
  constexpr NoteLevel kGap = NoteLevel::incomplete;
  constexpr NoteLevel kOdd = NoteLevel::info;
  const std::vector<Case> kCases = {
      {"", {}, {}, "an empty database"},
      {"Package: a\nVersion: 1\nStatus: deinstall ok not-installed\n", {}, {}, "removed"},
      {"Package: a\nVersion: 1\nStatus: install user post-inst-failed\n",
       {"a 1  a 1"},
       {kOdd},
       "opkg's own state"},
      {"Package: a\nVersion: 1\nStatus: install hold,user installed\n",
       {"a 1  a 1"},
       {},
       "several flags"},
      {"Package: a\nVersion: 1\nSource: x y (z\n", {"a 1  a 1"}, {}, "a source is no name here"},
      {"Package: a\n\nPackage: b\nVersion: 2\n", {"b 2  b 2"}, {kGap}, "no version"},
      {"nonsense\n\nPackage: b\nVersion: 2\n", {"b 2  b 2"}, {kGap, kGap}, "something else"},
  };
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.why);
    const TestScan scan = scan_text(row.text);
    EXPECT_EQ(rows_of(scan.inventory), row.rows);
    std::vector<NoteLevel> levels;
    for (const Note& note : scan.notes) {
      levels.push_back(note.level);
      EXPECT_TRUE(note.what.starts_with("opkg status: ")) << note.what;
    }
    EXPECT_EQ(levels, row.notes);
  }
}

TEST(Opkg, AttachesFileLists) {
  const TestScan scan = run_inspector(
      "opkg", {{"usr/lib/opkg/info/a.list", "/usr/bin/a\n/etc/config/a\n"},
               {"usr/lib/opkg/info/b.list",
                "/usr/lib/b\t040755\n/usr/lib/b/so\t0100644\n/usr/lib/b.so\t0120777\tb/so\n"},
               {"usr/lib/opkg/info/gone.list", "/x\n"},
               {"usr/lib/opkg/status",
                "Package: a\nVersion: 1\n\nPackage: b\nVersion: 2\n\n"
                "Package: c\nVersion: 3\n"}});
  ASSERT_EQ(scan.inventory.packages.size(), 3u);
  EXPECT_EQ(paths_of(scan.inventory.packages[0].files),
            (std::vector<std::string>{"usr/bin/a", "etc/config/a"}));
  EXPECT_EQ(paths_of(scan.inventory.packages[1].files),
            (std::vector<std::string>{"usr/lib/b/so", "usr/lib/b.so"}));
  EXPECT_TRUE(scan.inventory.packages[2].files.packed.empty());
  EXPECT_TRUE(scan.notes.empty());
}

TEST(Opkg, ListsOneDatabaseUnderTwoPathsOnce) {
  const TestScan scan = run_inspector(
      "opkg", {{"usr/lib/opkg/status", database()}, {"var/lib/opkg/status", database()}});
  EXPECT_EQ(rows_of(scan.inventory), kRows);
}

TEST(Opkg, KeepsTheNeighboursOfDamage) {
  const std::string good = database();
  std::size_t start = 0;
  for (std::size_t damaged = 0; damaged < std::size(kStanzas); ++damaged) {
    const std::size_t end = start + kStanzas[damaged].size() - 1;
    for (std::size_t at = start; at < end; ++at) {
      for (const char c : {'\0', '\n', ':', ' ', '\xFF'}) {
        std::string bad = good;
        bad[at] = c;
        const std::vector<std::string> rows = rows_of(scan_text(bad).inventory);
        EXPECT_GE(rows.size(), 2u) << at;
      }
      scan_text(good.substr(0, at));
    }
    start = end + 2;
  }
}

}  // namespace
}  // namespace bulkhead::catalog::opkg
