#include "bulkhead/policy/baseline.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/policy/policy_test_data.h"

namespace bulkhead::policy {
namespace {

/// A report of one finding, in a package of `purl`.
std::string report_of(std::string_view purl, std::string_view rule, std::string_view more = "") {
  return fmt::format(R"({{"schema": "bulkhead.report/1", "complete": true,
    "packages": [{{"id": "p", "purl": "{}"}}],
    "findings": [{{"kind": "vulnerability", "rule": "{}", "package": "p" {}}}]}})",
                     purl, rule, more);
}

struct Row {
  std::string text;
  std::string_view want;  // letters of policy_test_data.h
  std::string_view why;
};

TEST(Baseline, TruthTable) {
  constexpr std::string_view kCurl = "pkg:deb/debian/curl@7.74.0-1.3%2Bdeb11u1?arch=amd64";
  const Row rows[] = {
      {report_of(kCurl, "CVE-2023-0002"), "c", "the same"},
      {report_of("pkg:deb/debian/curl@7.0?distro=debian-10", "CVE-2023-0002"), "c",
       "another version and release of the package"},
      {report_of(kCurl, "CVE-2023-0001"), "", "another vulnerability"},
      {report_of("pkg:deb/ubuntu/curl@7.0", "CVE-2023-0002"), "", "another publisher's package"},
      {report_of("pkg:deb/debian/libssl1.1@1", "CVE-2023-0001"), "a", "one of two packages"},
      {report_of(kCurl, "DSA-5001-1"), "c", "an advisory that has got its CVE since"},
      {report_of(kCurl, "CVE-2026-1", R"(, "aliases": ["DSA-6000-1"])"), "e",
       "an advisory that had a CVE then"},
      {report_of(kCurl, "CVE-2026-1", R"(, "aliases": ["DSA-5001-1"])"), "",
       "two vulnerabilities of one advisory"},
      {report_of(kCurl, "CVE-2023-0002", R"(, "suppressed": {"by": "x", "status": "ignored"})"), "",
       "one that was ignored then was not accepted"},
      {report_of(kCurl, "CVE-2023-0002", R"(, "suppressed": {"by": "x", "status": "baseline"})"),
       "c", "one of that report's own baseline was"},
      {R"({"schema": "bulkhead.report/1", "findings": [{"kind": "support",
           "rule": "os-end-of-life"}]})",
       "s", "a finding of no package"},
      {R"({"schema": "bulkhead.report/1", "findings": []})", "", "nothing was found then"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    auto baseline = parse_baseline(row.text, "old.json");
    ASSERT_TRUE(baseline) << describe(baseline.error());
    EXPECT_EQ(suppressed({.baseline = *std::move(baseline)}), row.want);
  }
}

TEST(Baseline, ComesLast) {
  const std::string text = report_of("pkg:deb/debian/curl@7", "CVE-2023-0002");
  Policy policy{.ignores = parse_ignore_option("CVE-2023-0002"),
                .baseline = *parse_baseline(text, "old.json")};
  ScanReport report = sample_report();
  std::vector<Note> notes;
  EXPECT_EQ(suppressed(policy, "2026-06-30T12:00:00Z", report, notes), "c");
  EXPECT_EQ(report.findings[2].suppressed->status, SuppressionStatus::ignored);
  policy.ignores.clear();
  report = sample_report();
  suppressed(policy, "2026-06-30T12:00:00Z", report, notes);
  EXPECT_EQ(report.findings[2].suppressed,
            (Suppression{"old.json", "", "", SuppressionStatus::baseline}));
}

TEST(Baseline, NotesThatTheEarlierReportHasGaps) {
  const auto baseline =
      parse_baseline(R"({"schema": "bulkhead.report/1", "complete": false, "findings": []})", "o");
  ASSERT_TRUE(baseline);
  ASSERT_EQ(baseline->notes.size(), 1u);
  EXPECT_EQ(baseline->notes[0].code, "incomplete-baseline");
}

TEST(Baseline, RefusesWhatIsNoReport) {
  for (const std::string_view text :
       {"", "{", "[]", "{}", R"({"schema": "bulkhead.report/2", "findings": []})",
        R"({"schema": "bulkhead.report/1"})", R"({"SchemaVersion": 2, "Results": []})"}) {
    const auto baseline = parse_baseline(text, "old.json");
    ASSERT_FALSE(baseline) << text;
    EXPECT_EQ(baseline.error().where, "old.json");
  }
}

TEST(Baseline, SurvivesDamage) {
  const std::string good =
      report_of("pkg:deb/debian/curl@7", "CVE-2023-0002", R"(, "aliases": ["a"])");
  for (std::size_t i = 0; i < good.size(); ++i) {
    EXPECT_FALSE(parse_baseline(good.substr(0, i), "o"));
    std::string flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 2);
    if (auto baseline = parse_baseline(flipped, "o")) {
      suppressed({.baseline = *std::move(baseline)});
    }
  }
}

}  // namespace
}  // namespace bulkhead::policy
