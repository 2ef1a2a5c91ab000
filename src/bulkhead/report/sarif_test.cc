#include "bulkhead/report/sarif.h"

#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bulkhead/report/sarif_rules.h"
#include "bulkhead/report/suppressed_test.h"
#include "tests/support/golden.h"

namespace bulkhead::report {
namespace {

const std::string kTestData = BULKHEAD_SOURCE_DIR "/src/bulkhead/report/testdata/";

std::string written(const ScanReport& report) {
  std::ostringstream out;
  EXPECT_TRUE(write_sarif(report, {}, out));
  return out.str();
}

nlohmann::json run_of(const ScanReport& report) {
  return nlohmann::json::parse(written(report)).at("runs").at(0);
}

TEST(Sarif, IsTheGoldenReport) {
  test::expect_golden(kTestData + "sample.sarif", written(suppressed_report()));
}

TEST(Sarif, SaysThatNothingWasFound) {
  const nlohmann::json run = run_of(ScanReport{});
  EXPECT_TRUE(run.at("results").empty());
  EXPECT_TRUE(run.at("tool").at("driver").at("rules").empty());
  EXPECT_EQ(run.at("invocations").at(0).at("executionSuccessful"), true);
}

TEST(Sarif, HasEachRuleOnceAndPointsAtIt) {
  const nlohmann::json run = run_of(sample_report());
  const nlohmann::json& rules = run.at("tool").at("driver").at("rules");
  std::set<std::string> ids;
  for (const auto& rule : rules) EXPECT_TRUE(ids.insert(rule.at("id")).second) << rule.at("id");
  for (const auto& result : run.at("results")) {
    EXPECT_EQ(rules.at(result.at("ruleIndex").get<std::size_t>()).at("id"), result.at("ruleId"));
  }
  EXPECT_EQ(run.at("results").size(), sample_report().findings.size());
}

TEST(Sarif, HasSuppressionsInAllResultsOrNone) {
  const nlohmann::json plain = run_of(sample_report());
  for (const auto& result : plain.at("results")) {
    EXPECT_FALSE(result.contains("suppressions"));
  }
  std::size_t suppressed = 0;
  const nlohmann::json run = run_of(suppressed_report());
  for (const auto& result : run.at("results")) suppressed += result.at("suppressions").size();
  EXPECT_EQ(suppressed, 2u);
  const nlohmann::json& last = run.at("results").back();
  EXPECT_EQ(last.at("suppressions").size(), 1u) << "the suppressed come last";
  EXPECT_EQ(last.at("suppressions").at(0).at("kind"), "external");
}

TEST(Sarif, TellsWhatIsNewFromWhatAnEarlierReportHas) {
  ScanReport report = sample_report();
  report.findings[0].suppressed = {"--baseline", "", "", SuppressionStatus::baseline};
  const nlohmann::json results = run_of(report).at("results");
  EXPECT_EQ(results.front().at("baselineState"), "new");
  EXPECT_EQ(results.back().at("baselineState"), "unchanged");
  EXPECT_FALSE(results.back().contains("suppressions")) << "nobody judged it";
}

TEST(Sarif, SaysGapsAndOddities) {
  const nlohmann::json invocation = run_of(hostile_report()).at("invocations").at(0);
  EXPECT_EQ(invocation.at("executionSuccessful"), false);
  const nlohmann::json& notes = invocation.at("toolExecutionNotifications");
  EXPECT_EQ(notes.at(0).at("level"), "error");
  EXPECT_EQ(notes.at(0).at("descriptor").at("id"), "malformed");
  EXPECT_EQ(notes.back().at("level"), "note");
}

TEST(Sarif, KeepsTheWorstOfTooManyAndSaysSo) {
  ScanReport report;
  constexpr std::size_t kFindings = 25'010;
  for (std::size_t i = 0; i < kFindings; ++i) {
    Finding finding;
    finding.rule = "CVE-2024-" + std::to_string(i);
    finding.severity = i % 2 == 0 ? Severity::low : Severity::high;
    if (i == 1) finding.suppressed = {"--ignore", "why", ""};
    report.findings.push_back(finding);
  }
  const nlohmann::json run = run_of(report);
  const nlohmann::json& results = run.at("results");
  ASSERT_EQ(results.size(), 25'000u);
  EXPECT_EQ(results.front().at("ruleId"), "CVE-2024-3") << "the first that counts";
  EXPECT_EQ(results.front().at("level"), "error");
  EXPECT_EQ(results.back().at("level"), "note");
  EXPECT_EQ(run.at("tool").at("driver").at("rules").size(), 25'000u);
  const nlohmann::json& notes = run.at("invocations").at(0).at("toolExecutionNotifications");
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes.at(0).at("descriptor").at("id"), "results-left-out");
  EXPECT_NE(notes.at(0).at("message").at("text").get<std::string>().find("10 findings"),
            std::string::npos);
  EXPECT_EQ(notes.at(1).at("descriptor").at("id"), "results-not-shown");
}

TEST(Sarif, RuleTakesItsHighestScore) {
  std::vector<Finding> findings(2);
  findings[0].rule = findings[1].rule = "CVE-1";
  findings[0].severity = Severity::medium;
  findings[1].severity = Severity::critical;
  const SarifPlan plan = plan_sarif(findings, 10);
  ASSERT_EQ(plan.rules.size(), 1u);
  EXPECT_DOUBLE_EQ(plan.rules[0].score, 9.5);
  EXPECT_EQ(plan.rules[0].finding, 1u);
}

TEST(Sarif, TakesNoNameForAPlaceholderOrALink) {
  ScanReport report = sample_report();
  report.packages[0].name = "a{0}[b](1)\\";
  const nlohmann::json results = run_of(report).at("results");
  const std::string text = results.at(0).at("message").at("text");
  EXPECT_TRUE(text.starts_with("a{{0}}\\[b\\](1)\\\\ 7.74")) << text;
}

TEST(Sarif, LocationsAreRelative) {
  ScanReport report = sample_report();
  report.findings[0].locations = {{0, "//etc/a b:c", true}};
  report.findings.back().locations.clear();
  const nlohmann::json results = run_of(report).at("results");
  std::set<std::string> uris;
  for (const auto& result : results) {
    uris.insert(
        result.at("locations").at(0).at("physicalLocation").at("artifactLocation").at("uri"));
  }
  EXPECT_EQ(uris, (std::set<std::string>{"app", "etc/a%20b%3Ac", "var/lib/dpkg/status"}));
}

}  // namespace
}  // namespace bulkhead::report
