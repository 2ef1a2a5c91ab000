#include "bulkhead/report/json.h"

#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/text.h"
#include "bulkhead/report/report_test_data.h"
#include "tests/support/golden.h"

namespace bulkhead::report {
namespace {

const std::string kTestData = BULKHEAD_SOURCE_DIR "/src/bulkhead/report/testdata/";

std::string written(const ScanReport& report, WriteOptions options = {}) {
  std::ostringstream out;
  EXPECT_TRUE(write_json(report, options, out));
  return out.str();
}

TEST(Json, IsTheGoldenReport) {
  test::expect_golden(kTestData + "sample.json", written(sample_report()));
}

TEST(Json, NamesFilesWhenAsked) {
  test::expect_golden(kTestData + "sample_files.json",
                      written(sample_report(), {.has_package_files = true}));
}

TEST(Json, LeavesOutWhatIsNotKnown) {
  test::expect_golden(kTestData + "empty.json", written(ScanReport{}));
}

TEST(Json, HasTheFieldsInTheDesignsOrder) {
  const auto json = nlohmann::ordered_json::parse(written(sample_report()));
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_EQ(keys,
            (std::vector<std::string>{"schema", "tool", "created", "complete", "notes", "target",
                                      "os", "layers", "packages", "findings", "data", "summary"}));
}

TEST(Json, SaysWhoRatedAFindingAndHowLikelyItIsExploited) {
  ScanReport report = sample_report();
  Finding& finding = report.findings.front();
  finding.severity_source = "nvd (CVSS 3.1)";
  finding.epss = Epss{0.25, 0.9};
  const auto json = nlohmann::json::parse(written(report)).at("findings");
  EXPECT_EQ(json.at(0).at("severity_source"), "nvd (CVSS 3.1)");
  EXPECT_EQ(json.at(0).at("epss"), (nlohmann::json{{"score", 0.25}, {"percentile", 0.9}}));
  EXPECT_FALSE(json.at(1).contains("epss"));
}

TEST(Json, CountsEachFindingOnceInTheSummary) {
  const auto json = nlohmann::json::parse(written(sample_report()));
  const auto& summary = json.at("summary");
  std::size_t by_severity = 0;
  for (const auto& count : summary.at("by_severity")) by_severity += count.get<std::size_t>();
  EXPECT_EQ(by_severity, json.at("findings").size());
  EXPECT_EQ(summary.at("findings"), json.at("findings").size());
  EXPECT_EQ(summary.at("by_kind").at("support").at("high"), 1);
  EXPECT_EQ(summary.at("by_kind").at("vulnerability").at("critical"), 2);
}

TEST(Json, KeepsSuppressedFindingsAndCountsThemApart) {
  ScanReport report = sample_report();
  report.findings[0].suppressed = Suppression{"a.yaml:3", "not reachable", "2027-01-31"};
  report.findings[2].suppressed =
      Suppression{"x.vex.json: statement 1", "", "", SuppressionStatus::fixed};
  const auto json = nlohmann::json::parse(written(report));
  ASSERT_EQ(json.at("findings").size(), report.findings.size());
  EXPECT_EQ(json.at("findings").at(0).at("suppressed"), nlohmann::json({{"by", "a.yaml:3"},
                                                                        {"status", "ignored"},
                                                                        {"reason", "not reachable"},
                                                                        {"until", "2027-01-31"}}));
  EXPECT_FALSE(json.at("findings").at(1).contains("suppressed"));
  EXPECT_EQ(
      json.at("findings").at(2).at("suppressed"),
      nlohmann::json({{"by", "x.vex.json: statement 1"}, {"status", "fixed"}, {"reason", ""}}));
  const auto& summary = json.at("summary");
  EXPECT_EQ(summary.at("findings"), report.findings.size() - 2);
  EXPECT_EQ(summary.at("suppressed"), 2);
  EXPECT_EQ(summary.at("by_kind").at("vulnerability").at("critical"), 1);
  EXPECT_EQ(summary.at("by_severity").at("high"), 2);
}

TEST(Json, CarriesHostileTextWithoutLoss) {
  const ScanReport report = hostile_report();
  const std::string text = written(report, {.has_package_files = true});
  EXPECT_TRUE(to_utf8(text).is_exact);
  const auto json = nlohmann::json::parse(text);
  const auto& place = json.at("packages").at(0).at("locations").at(0);
  EXPECT_EQ(place.at("path_b64"), to_base64(report.packages[0].locations[0].path));
  EXPECT_EQ(place.at("path"), to_utf8(report.packages[0].locations[0].path).text);
  EXPECT_TRUE(json.at("target").contains("reference_b64"));
  EXPECT_EQ(json.at("notes").at(0).at("offset"), 512);
  EXPECT_EQ(json.at("packages").at(0).at("files_b64").size(), 1u);
}

TEST(Json, ReportsAStreamThatWentBad) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  const Result<void> result = write_json(sample_report(), {}, out);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::io);
}

}  // namespace
}  // namespace bulkhead::report
