#include "bulkhead/report/trivy_json.h"

#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bulkhead/report/suppressed_test.h"
#include "bulkhead/report/trivy_fields.h"
#include "tests/support/golden.h"

namespace bulkhead::report {
namespace {

const std::string kTestData = BULKHEAD_SOURCE_DIR "/src/bulkhead/report/testdata/";

std::string written(const ScanReport& report) {
  std::ostringstream out;
  EXPECT_TRUE(write_trivy_json(report, {}, out));
  return out.str();
}

TEST(TrivyJson, IsTheGoldenReport) {
  test::expect_golden(kTestData + "sample_trivy.json", written(suppressed_report()));
}

TEST(TrivyJson, KeepsTheSuppressedApart) {
  const auto json = nlohmann::json::parse(written(suppressed_report()));
  const auto& result = json.at("Results").at(0);
  ASSERT_EQ(result.at("ExperimentalModifiedFindings").size(), 1u) << "one is of the system";
  const auto& modified = result.at("ExperimentalModifiedFindings").at(0);
  EXPECT_EQ(modified.at("Type"), "vulnerability");
  EXPECT_EQ(modified.at("Status"), "ignored");
  EXPECT_EQ(modified.at("Source"), ".bulkheadignore:3");
  EXPECT_EQ(modified.at("Finding").at("VulnerabilityID"), "CVE-2023-0002");
}

TEST(TrivyJson, SaysWhatVexSays) {
  ScanReport report = sample_report();
  report.findings[0].suppressed = {"vex:#1", "", "", SuppressionStatus::not_affected};
  report.findings[1].suppressed = {"--baseline", "", "", SuppressionStatus::baseline};
  const auto json = nlohmann::json::parse(written(report));
  const auto& modified = json.at("Results").at(0).at("ExperimentalModifiedFindings");
  ASSERT_EQ(modified.size(), 1u);
  EXPECT_EQ(modified.at(0).at("Status"), "not_affected");
}

TEST(TrivyJson, HasAResultForEachTypeOfPackage) {
  ScanReport report = sample_report();
  Package apk;
  apk.id = "pkg:apk/alpine/musl@1";
  apk.type = PackageType::apk;
  apk.name = "musl";
  apk.version = "1-r0";
  report.packages.push_back(apk);
  const auto json = nlohmann::json::parse(written(report));
  ASSERT_EQ(json.at("Results").size(), 2u);
  EXPECT_EQ(json.at("Results").at(0).at("Packages").at(0).at("Version"), "1-r0");
  EXPECT_FALSE(json.at("Results").at(0).contains("Vulnerabilities"));
}

TEST(TrivyJson, NamesWhatARegistryKnows) {
  ScanReport report = sample_report();
  report.target.tags = {"r.example:5000/app:1", "r.example:5000/app:2"};
  const auto json = nlohmann::json::parse(written(report));
  EXPECT_EQ(json.at("Metadata").at("RepoDigests"),
            nlohmann::json::array({"r.example:5000/app@sha256:" + std::string(64, 'b')}));
}

TEST(TrivyJson, SplitsDebVersions) {
  struct Row {
    std::string_view text;
    unsigned epoch;
    std::string_view version;
    std::string_view release;
    std::string_view why;
  };
  constexpr Row kRows[] = {
      {"1:1.2.11-2", 1, "1.2.11", "2", "all three"},
      {"2.4", 0, "2.4", "", "a native package"},
      {"1.0-rc1-3", 0, "1.0-rc1", "3", "the last dash counts"},
      {"99999999999:1-1", 0, "99999999999:1-1", "", "no epoch: the whole is kept"},
      {"a:1-1", 0, "a:1-1", "", "no epoch: the whole is kept"},
      {"", 0, "", "", "nothing"},
      {":", 0, ":", "", "nothing before the colon"},
      {"1:", 1, "", "", "nothing behind it"},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.why);
    const DebVersion parts = split_deb_version(row.text);
    EXPECT_EQ(parts.epoch, row.epoch);
    EXPECT_EQ(parts.version, row.version);
    EXPECT_EQ(parts.release, row.release);
  }
}

}  // namespace
}  // namespace bulkhead::report
