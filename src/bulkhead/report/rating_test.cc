#include "bulkhead/report/rating.h"

#include <gtest/gtest.h>

namespace bulkhead::report {
namespace {

TEST(Rating, ScoresAgreeWithTheSeverity) {
  struct Row {
    Severity severity;
    double score;  // 0: no CVSS
    double want;
    std::string_view why;
  };
  const Row rows[] = {
      {Severity::critical, 0, 9.5, "no score: the severity's own"},
      {Severity::high, 0, 8.0, "the same"},
      {Severity::medium, 0, 5.5, "the same"},
      {Severity::low, 0, 2.0, "the same"},
      {Severity::negligible, 0, 0.1, "the least that counts"},
      {Severity::unknown, 0, 0.0, "nobody rated it"},
      {Severity::critical, 9.8, 9.8, "they agree"},
      {Severity::low, 9.8, 3.9, "the distribution rates its own package"},
      {Severity::negligible, 9.8, 0.1, "the same"},
      {Severity::high, 4.3, 7.0, "exploited: at least high"},
      {Severity::medium, 4.0, 4.0, "the range's own end"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Finding finding;
    finding.severity = row.severity;
    if (row.score > 0) finding.cvss = {{"3.1", "", row.score, "nvd"}};
    EXPECT_DOUBLE_EQ(security_score(finding), row.want);
  }
  EXPECT_EQ(score_text(10), "10.0");
  EXPECT_EQ(score_text(0), "0.0");
}

TEST(Rating, TakesTheNewestVersionThatScores) {
  Finding finding;
  finding.cvss = {{"2.0", "", 5.0, "a"}, {"4.0", "", 0, "a"}, {"3.1", "", 7.5, "b"}};
  EXPECT_DOUBLE_EQ(cvss_score(finding), 7.5);
}

TEST(Rating, KnowsWhoPublishes) {
  EXPECT_EQ(identifier_of("CVE-2023-1").type, "cve");
  EXPECT_EQ(identifier_of("CVE-2023-1").address, "https://nvd.nist.gov/vuln/detail/CVE-2023-1");
  EXPECT_EQ(identifier_of("DSA-1-1").type, "dsa");
  EXPECT_EQ(identifier_of("GHSA-a-b-c").address, "https://github.com/advisories/GHSA-a-b-c");
  EXPECT_EQ(identifier_of("os-end-of-life").type, "bulkhead");
  EXPECT_EQ(identifier_of("CVE-2023-1/../x\"").address, "") << "nothing odd gets into an address";
}

TEST(Rating, FallsBackToAReference) {
  Finding finding;
  finding.rule = "XYZ-1";
  finding.references = {"not an address", "https://example.org/1"};
  EXPECT_EQ(page_of(finding), "https://example.org/1");
  finding.references.clear();
  EXPECT_EQ(page_of(finding), "");
}

}  // namespace
}  // namespace bulkhead::report
