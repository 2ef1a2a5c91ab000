#include "bulkhead/catalog/dpkg/chisel_manifest.h"

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"
#include "tests/support/compress.h"

namespace bulkhead::catalog::dpkg {
namespace {

constexpr std::string_view kPath = "var/lib/chisel/manifest.wall";
constexpr std::string_view kLines[] = {
    R"({"jsonwall":"1.0","schema":"1.0","count":9})",
    R"({"kind":"content","slice":"libssl3_libs","path":"/usr/lib/libssl.so.3"})",
    R"({"kind":"package","name":"base-files","version":"12ubuntu4.6","sha256":"aa","arch":"amd64"})",
    R"({"kind":"package","name":"libssl3","version":"3.0.2-0ubuntu1.15","sha256":"bb","arch":"amd64"})",
    R"({"kind":"path","path":"/etc/","mode":"0755","slices":["base-files_base"]})",
    R"({"kind":"path","path":"/etc/hosts","mode":"0644","slices":["base-files_a","base-files_b","libssl3_x"]})",
    R"({"kind":"path","path":"/usr/lib/libssl.so.3","mode":"0644","slices":["libssl3_libs"],"size":9})",
    R"({"kind":"path","path":"/var/lib/chisel/manifest.wall","mode":"0644","slices":["base-files_chisel"]})",
    R"({"kind":"slice","name":"libssl3_libs"})",
};
const std::vector<std::string> kRows = {
    "base-files 12ubuntu4.6 amd64 base-files 12ubuntu4.6",
    "libssl3 3.0.2-0ubuntu1.15 amd64 libssl3 3.0.2-0ubuntu1.15",
};

std::string text() {
  std::string joined;
  for (const std::string_view line : kLines) joined.append(line).push_back('\n');
  return joined;
}

std::string packed(std::string_view plain) {
  return test_support::compress(plain, io::Compression::zstd);
}

TestScan scan_bytes(std::string bytes, const TestOptions& options = {}) {
  return run_inspector("dpkg", {{std::string(kPath), std::move(bytes)}}, options);
}

std::size_t gaps_but_the_source(const TestScan& scan) {
  return static_cast<std::size_t>(std::ranges::count_if(scan.notes, [](const Note& note) {
    return note.level == NoteLevel::incomplete && note.code != "source-unknown";
  }));
}

TEST(ChiselManifest, ReadsPackagesAndTheirPathsWhateverTheChunks) {
  for (const std::size_t chunk : {1u, 3u, 64u, 4096u}) {
    for (const bool is_packed : {false, true}) {
      TestOptions options;
      options.chunk = chunk;
      const TestScan scan = scan_bytes(is_packed ? packed(text()) : text(), options);
      EXPECT_EQ(rows_of(scan.inventory), kRows);
      ASSERT_EQ(scan.inventory.packages.size(), 2u);
      EXPECT_EQ(scan.inventory.packages[0].type, PackageType::deb);
      EXPECT_EQ(paths_of(scan.inventory.packages[0].files),
                (std::vector<std::string>{"etc/hosts", "var/lib/chisel/manifest.wall"}));
      EXPECT_EQ(paths_of(scan.inventory.packages[1].files),
                (std::vector<std::string>{"etc/hosts", "usr/lib/libssl.so.3"}));
      EXPECT_EQ(gaps_but_the_source(scan), 0u);
      ASSERT_EQ(scan.notes.size(), 1u);
      EXPECT_EQ(scan.notes[0].code, "source-unknown");
      EXPECT_EQ(scan.notes[0].where, "/" + std::string(kPath));
    }
  }
}

TEST(ChiselManifest, GivesWayToDpkgsDatabase) {
  const TestScan scan =
      run_inspector("dpkg", {{std::string(kPath), packed(text())},
                             {"var/lib/dpkg/status",
                              "Package: libssl3\nVersion: 3.0.2-0ubuntu1.15\nArchitecture: amd64\n"
                              "Source: openssl\n\nPackage: base-files\nVersion: 12ubuntu4.6\n"
                              "Architecture: amd64\n"}});
  EXPECT_EQ(
      rows_of(scan.inventory),
      (std::vector<std::string>{"base-files 12ubuntu4.6 amd64 base-files 12ubuntu4.6",
                                "libssl3 3.0.2-0ubuntu1.15 amd64 openssl 3.0.2-0ubuntu1.15"}));
  EXPECT_TRUE(scan.notes.empty());
}

struct Case {
  std::string text;
  std::size_t packages, gaps;
  std::string_view why;
};

TEST(ChiselManifest, SaysWhatItCannotRead) {
  const std::string header = R"({"jsonwall":"1.0","count":2})"
                             "\n";
  const std::string package = R"({"kind":"package","name":"a","version":"1","arch":"all"})"
                              "\n";
  const std::vector<Case> kCases = {
      {"", 0, 1, "an empty file"},
      {package, 1, 1, "no header"},
      {header + package, 1, 0, "the least"},
      {header + package.substr(0, package.size() - 1), 1, 0, "no newline at the end"},
      {header, 0, 1, "fewer lines than it says"},
      {header + "junk\n" + package, 1, 1, "a line that is no object"},
      {header +
           R"({"kind":"package","name":"a"})"
           "\n" +
           package,
       1, 1, "no version"},
      {header + package +
           R"({"kind":"path","path":"x","slices":["a_b"]})"
           "\n",
       1, 1, "a relative path"},
      {header + package +
           R"({"kind":"path","path":"/x","slices":["b_b"]})"
           "\n",
       1, 0, "a path of no package is an oddity"},
  };
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.why);
    for (const bool is_packed : {false, true}) {
      const TestScan scan = scan_bytes(is_packed ? packed(row.text) : row.text);
      EXPECT_EQ(scan.inventory.packages.size(), row.packages);
      EXPECT_EQ(gaps_but_the_source(scan), row.gaps);
    }
  }
}

TEST(ChiselManifest, CountsBadLinesThatItDoesNotTellOneByOne) {
  std::string junk;
  for (int i = 0; i < 50; ++i) junk += "junk\n";
  const TestScan scan = scan_bytes(junk);
  EXPECT_EQ(gaps_but_the_source(scan), 22u);  // 20 of them, the rest, and no header
  EXPECT_TRUE(std::ranges::any_of(
      scan.notes, [](const Note& note) { return note.what.contains("30 more lines"); }));
}

TEST(ChiselManifest, HoldsItAgainstLimits) {
  TestOptions options;
  options.run.limits.packages = 1;
  TestScan scan = scan_bytes(packed(text()), options);
  EXPECT_EQ(scan.inventory.packages.size(), 1u);
  EXPECT_EQ(gaps_but_the_source(scan), 1u);
  options = {};
  options.run.limits.stanza_bytes = 60;
  scan = scan_bytes(packed(text()), options);
  EXPECT_GT(gaps_but_the_source(scan), 0u);
  options = {};
  options.run.limits.decoded_bytes = 200;
  scan = scan_bytes(packed(text()), options);
  EXPECT_GT(gaps_but_the_source(scan), 0u);
  options = {};
  options.run.limits.owned_path_bytes = 12;
  scan = scan_bytes(packed(text()), options);
  EXPECT_EQ(rows_of(scan.inventory), kRows);
  EXPECT_EQ(gaps_but_the_source(scan), 0u);
}

TEST(ChiselManifest, TellsDamageAtEveryByte) {
  const std::string good = packed(text());
  for (std::size_t at = 0; at < good.size(); ++at) {
    SCOPED_TRACE(at);
    EXPECT_GT(gaps_but_the_source(scan_bytes(good.substr(0, at))), 0u);
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x55);
    const TestScan scan = scan_bytes(bad);
    EXPECT_TRUE(gaps_but_the_source(scan) > 0 || rows_of(scan.inventory) == kRows);
  }
  const std::string plain = text();
  for (std::size_t at = 0; at < plain.size() - 1; ++at) {
    EXPECT_GT(gaps_but_the_source(scan_bytes(plain.substr(0, at))), 0u) << at;
  }
}

}  // namespace
}  // namespace bulkhead::catalog::dpkg
