#include "bulkhead/report/fingerprint.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "bulkhead/report/report_test_data.h"

namespace bulkhead::report {
namespace {

std::vector<std::string> hexes(const ScanReport& report) {
  const PackageIndex packages(report.packages);
  const auto made = Fingerprints::create(report.findings, packages);
  std::vector<std::string> all;
  for (std::size_t i = 0; made && i < report.findings.size(); ++i) all.push_back(made->hex(i));
  EXPECT_EQ(all.size(), report.findings.size());
  return all;
}

TEST(Fingerprint, IsWhatTheDocumentationSays) {
  // printf '13:vulnerability,13:CVE-2023-0001,3:deb,4:curl,5:amd64,' | sha256sum | cut -c1-32
  EXPECT_EQ(hexes(sample_report()).front(), "a0dc4abb471fced561b5a69a7bc8ef1a");
}

TEST(Fingerprint, IsEachFindingsOwn) {
  const auto all = hexes(sample_report());
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), all.size());
}

TEST(Fingerprint, StaysWhereImagesAreRebuilt) {
  const auto before = hexes(sample_report());
  ScanReport rebuilt = sample_report();
  std::ranges::reverse(rebuilt.layers);
  rebuilt.target.reference = "elsewhere.tar";
  rebuilt.target.tags = {"app:2.0"};
  for (Package& package : rebuilt.packages) {
    const std::string id = package.id;
    package.id = package.purl = id + "&epoch=1#moved";
    package.version += "+rebuilt";
    package.locations = {{0, "/usr/lib/dpkg/status"}};
    for (Finding& finding : rebuilt.findings) {
      if (finding.package_id == id) finding.package_id = package.id;
    }
  }
  for (Finding& finding : rebuilt.findings) {
    finding.id += "-moved";
    finding.installed_version += "+rebuilt";
    finding.severity = Severity::low;
    finding.locations = {{7, "/elsewhere", false}};
  }
  EXPECT_EQ(hexes(rebuilt), before);
}

TEST(Fingerprint, CountsWhatIsThereTwice) {
  ScanReport report = sample_report();
  const auto before = hexes(report);
  Package second = report.packages.front();
  second.id += "#2";
  second.version = "8";
  Finding twin = report.findings.front();
  twin.package_id = second.id;
  report.packages.push_back(second);
  report.findings.push_back(twin);
  auto after = hexes(report);
  EXPECT_NE(after.back(), after.front());
  // printf '13:vulnerability,13:CVE-2023-0001,3:deb,4:curl,5:amd64,1:2,' | sha256sum | cut -c1-32
  EXPECT_EQ(after.back(), "f72e78f57256fe289d6fd9c789583b68");
  after.pop_back();
  EXPECT_EQ(after, before);
}

TEST(Fingerprint, FieldsDoNotRunIntoEachOther) {
  ScanReport report = sample_report();
  report.findings.resize(1);
  report.packages[0].name = "a,1:b";
  report.packages[0].architecture = "c";
  const auto one = hexes(report);
  report.packages[0].name = "a";
  report.packages[0].architecture = "b,1:c";
  EXPECT_NE(hexes(report), one);
}

TEST(Fingerprint, IsAUuidToo) {
  const ScanReport report = sample_report();
  const PackageIndex packages(report.packages);
  const auto made = Fingerprints::create(report.findings, packages);
  ASSERT_TRUE(made);
  const std::string uuid = made->uuid(0);
  ASSERT_EQ(uuid.size(), 36u);
  EXPECT_EQ(uuid[14], '8') << "the version";
  EXPECT_NE(std::string_view("89ab").find(uuid[19]), std::string_view::npos) << "the variant";
  EXPECT_EQ(uuid.substr(0, 8), made->hex(0).substr(0, 8));
}

TEST(PackageIndex, FindsEachPackageAndNoOther) {
  const ScanReport report = sample_report();
  const PackageIndex packages(report.packages);
  for (const Package& package : report.packages) EXPECT_EQ(packages.find(package.id), &package);
  EXPECT_EQ(packages.find(""), nullptr);
  EXPECT_EQ(packages.find("zzz"), nullptr);
}

}  // namespace
}  // namespace bulkhead::report
