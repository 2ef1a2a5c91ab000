#include <gtest/gtest.h>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/match/memory_source_test.h"

// Errata of distributions as their readers give them, against packages. (Those of rpm databases:
// tests/e2e/test_errata.py.)
namespace bulkhead::match {
namespace {

/// What the store would have of `text`.
MemorySource source_of(std::string_view text) {
  advisory::Collector found;
  EXPECT_TRUE(found.read(text));
  MemorySource source;
  for (const auto& [feed, record] : found.records) {
    source.data.push_back({.name = feed.name, .ecosystem = feed.ecosystem, .file = {}});
    for (const AffectedPackage& affected : record.affected) {
      advisory::Statement& statement = source.statements.emplace_back();
      statement.feed = feed.name;
      statement.advisory_id = record.id;
      statement.cves = record.cves;
      statement.advisory_severity = record.severity;
      statement.affected = affected;
    }
  }
  return source;
}

/// "CVE-2024-1 fixed in 2.38-2" of each finding.
std::vector<std::string> match(std::string_view text, std::string_view os_id, PackageType type,
                               std::string_view name, std::string_view version) {
  MemorySource source = source_of(text);
  OsInfo os;
  os.id = os_id;
  Package package;
  package.name = name;
  package.version = version;
  package.type = type;
  Notes notes(100);
  const auto result = match_against({package}, os, source, notes);
  EXPECT_TRUE(result);
  std::vector<std::string> found;
  for (const Finding& finding : result->findings) {
    const std::string fix = finding.fixed_version.empty() ? "no version" : finding.fixed_version;
    found.push_back(finding.rule + " fixed in " + fix);
  }
  return found;
}

using Found = std::vector<std::string>;

TEST(Errata, OfArch) {
  constexpr std::string_view kGroups =
      R"([{"name":"AVG-1","packages":["glibc","lib32-glibc"],"status":"Fixed","severity":"High",
"affected":"2.38-1","fixed":"2.38-2","issues":["CVE-2024-1"]},
{"name":"AVG-2","packages":["glibc"],"status":"Vulnerable","severity":"Low","affected":"2.38-2",
"fixed":null,"issues":["CVE-2024-2"]},
{"name":"AVG-3","packages":["glibc"],"status":"Not affected","severity":"Low","affected":"2.38-2",
"fixed":null,"issues":["CVE-2024-3"]}])";
  const auto find = [&](std::string_view name, std::string_view version) {
    return match(kGroups, "arch", PackageType::alpm, name, version);
  };
  EXPECT_EQ(find("glibc", "2.38-1"),
            (Found{"CVE-2024-1 fixed in 2.38-2", "CVE-2024-2 fixed in no version"}));
  EXPECT_EQ(find("glibc", "2.38-2"), Found{"CVE-2024-2 fixed in no version"});
  EXPECT_EQ(find("lib32-glibc", "2.38-1"), Found{"CVE-2024-1 fixed in 2.38-2"});
  EXPECT_EQ(find("lib32-glibc", "2.38-2"), Found{});
}

TEST(Errata, OfBottlerocket) {
  constexpr std::string_view kUpdates =
      R"(<updates><update type="security"><id>GHSA-868r-x68r-5c5p</id><severity>medium</severity>
<references><reference id="CVE-2024-1" type="cve"/></references><pkglist>
<collection short="bottlerocket"><package arch="x86_64" name="kernel-6.1" version="1.16.1"
release="0" epoch="0"/></collection></pkglist></update></updates>)";
  const auto find = [&](std::string_view version) {
    return match(kUpdates, "bottlerocket", PackageType::rpm, "kernel-6.1", version);
  };
  EXPECT_EQ(find("1.16.0-763f6d4c"), Found{"CVE-2024-1 fixed in 1.16.1"});
  for (const std::string_view fixed : {"1.16.1", "1.16.1-763f6d4c", "1.16.1-af6d4c12", "1.17.0"}) {
    EXPECT_EQ(find(fixed), Found{}) << fixed;
  }
}

}  // namespace
}  // namespace bulkhead::match
