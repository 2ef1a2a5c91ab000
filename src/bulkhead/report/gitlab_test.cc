#include "bulkhead/report/gitlab.h"

#include <regex>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bulkhead/report/suppressed_test.h"
#include "tests/support/golden.h"

namespace bulkhead::report {
namespace {

const std::string kTestData = BULKHEAD_SOURCE_DIR "/src/bulkhead/report/testdata/";

std::string written(const ScanReport& report) {
  std::ostringstream out;
  EXPECT_TRUE(write_gitlab(report, {}, out));
  return out.str();
}

TEST(Gitlab, IsTheGoldenReport) {
  test::expect_golden(kTestData + "sample_gitlab.json", written(suppressed_report()));
}

TEST(Gitlab, LeavesTheSuppressedOutAndSaysSo) {
  const auto json = nlohmann::json::parse(written(suppressed_report()));
  EXPECT_EQ(json.at("vulnerabilities").size(), suppressed_report().findings.size() - 2);
  EXPECT_EQ(json.at("scan").at("messages").at(0).at("value"), "2 suppressed findings are left out");
}

TEST(Gitlab, KeepsWhatAnEarlierReportHas) {
  ScanReport report = sample_report();
  report.findings[0].suppressed = {"--baseline", "", "", SuppressionStatus::baseline};
  const auto json = nlohmann::json::parse(written(report));
  EXPECT_EQ(json.at("vulnerabilities").size(), report.findings.size())
      << "else GitLab would take it for mended";
}

TEST(Gitlab, KeepsTheSchemasBounds) {
  ScanReport report = hostile_report();
  report.findings[0].title = std::string(10'000, 't');
  report.findings[0].remediation = std::string(10'000, 'r');
  report.findings[0].detail = std::string(2'000'000, 'd');
  report.findings[0].aliases.assign(100, "CVE-2000-1");
  report.findings[0].references = {"https://example.org/ok", "javascript:no", "https://no space"};
  report.findings[0].cvss = {{"4.0", "CVSS:4.0/AV:N", 0, "x"},
                             {"3.1", "CVSS:3.1/nonsense", 5, "x"},
                             {"2.0", "AV:N/AC:L/Au:N/C:P/I:P/A:P", 7.5, ""}};
  const auto json = nlohmann::json::parse(written(report));
  const auto& first = json.at("vulnerabilities").at(0);
  EXPECT_LE(first.at("name").get<std::string>().size(), 258u);
  EXPECT_LE(first.at("solution").get<std::string>().size(), 7003u);
  EXPECT_LE(first.at("description").get<std::string>().size(), 1'048'579u);
  EXPECT_EQ(first.at("identifiers").size(), 20u);
  EXPECT_EQ(first.at("links").size(), 1u);
  ASSERT_EQ(first.at("cvss_vectors").size(), 1u);
  EXPECT_EQ(first.at("cvss_vectors").at(0).at("vendor"), "unknown");
  EXPECT_EQ(json.at("scan").at("status"), "failure");
  EXPECT_EQ(json.at("scan").at("messages").at(0).at("level"), "warn");
}

TEST(Gitlab, NothingRequiredIsEmpty) {
  const auto json = nlohmann::json::parse(written(ScanReport{}));
  const std::regex time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)");
  EXPECT_TRUE(std::regex_match(json.at("scan").at("start_time").get<std::string>(), time));
  EXPECT_EQ(json.at("scan").at("analyzer").at("version"), "unknown");
  EXPECT_TRUE(json.at("vulnerabilities").empty());
  ScanReport report;
  report.findings.resize(1);
  report.findings[0].rule = "X-1";
  const auto one = nlohmann::json::parse(written(report)).at("vulnerabilities").at(0);
  EXPECT_EQ(one.at("location").at("image"), "unknown");
  EXPECT_EQ(one.at("location").at("operating_system"), "unknown");
}

}  // namespace
}  // namespace bulkhead::report
