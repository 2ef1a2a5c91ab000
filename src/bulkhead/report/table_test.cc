#include "bulkhead/report/table.h"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "bulkhead/base/text.h"
#include "bulkhead/report/report_test_data.h"
#include "tests/support/golden.h"

namespace bulkhead::report {
namespace {

const std::string kTestData = BULKHEAD_SOURCE_DIR "/src/bulkhead/report/testdata/";

std::string written(const ScanReport& report, WriteOptions options) {
  std::ostringstream out;
  EXPECT_TRUE(write_table(report, options, out));
  return out.str();
}

std::string written(const ScanReport& report) {
  return written(report, {.compare_versions = compare_as_text});
}

std::ptrdiff_t line_count(const std::string& text) { return std::ranges::count(text, '\n'); }

TEST(Table, IsTheGoldenScreen) {
  test::expect_golden(kTestData + "sample.txt", written(sample_report()));
}

TEST(Table, ShowsAllWhenAsked) {
  test::expect_golden(
      kTestData + "sample_all.txt",
      written(sample_report(), {.is_all = true, .compare_versions = compare_as_text}));
}

TEST(Table, IsColouredWhenAsked) {
  test::expect_golden(
      kTestData + "sample_color.txt",
      written(sample_report(),
              {.is_color = true, .is_failed = true, .compare_versions = compare_as_text}));
}

TEST(Table, StaysReadableWithHostileText) {
  const std::string text = written(hostile_report());
  test::expect_golden(kTestData + "hostile.txt", text);
}

TEST(Table, HostileTextReachesNoTerminal) {
  for (const bool is_all : {false, true}) {
    const std::string text =
        written(hostile_report(), {.is_all = is_all, .compare_versions = compare_as_text});
    EXPECT_TRUE(to_utf8(text).is_exact);
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::string_view line = take_line(rest);
      EXPECT_EQ(to_terminal(line), line) << "a line holds an unsafe character";
      EXPECT_LE(terminal_width(line), is_all ? 200u : 100u);
    }
  }
}

TEST(Table, FitsOneScreenHoweverMuchThereIs) {
  ScanReport report = sample_report();
  const Finding pattern = report.findings[0];
  for (int i = 0; i < 500; ++i) {
    Package package = report.packages[0];
    package.name = "lib" + std::to_string(i);
    package.id += std::to_string(i);
    package.locations[0].layer = static_cast<std::uint32_t>(i % 2);
    Finding finding = pattern;
    finding.package_id = package.id;
    report.packages.push_back(package);
    report.findings.push_back(finding);
    report.notes.push_back({NoteLevel::incomplete,
                            "malformed",
                            "a sentence that is as long as what a reader has to say "
                            "about a broken file usually is",
                            std::to_string(i),
                            {}});
    report.data.push_back({"feed" + std::to_string(i), "Debian:11", "", 1, 0, 0});
  }
  report.is_complete = false;
  EXPECT_LE(line_count(written(report)), 45);
}

TEST(Table, FitsOneScreenUsually) { EXPECT_LE(line_count(written(sample_report())), 40); }

struct VerdictRow {
  void (*change)(ScanReport& report);
  std::string_view says;
  std::string_view never_says;
  std::string_view why;
};

TEST(Table, CallsNothingCleanThatWasNotLookedAt) {
  const VerdictRow rows[] = {
      {[](ScanReport&) {}, "no vulnerabilities are shown for 5 packages", "INCOMPLETE", "clean"},
      {[](ScanReport& r) { r.packages.clear(); }, "no packages were found",
       "no vulnerabilities are shown", "an empty inventory"},
      {[](ScanReport& r) { r.data.clear(); }, "vulnerabilities were not looked for",
       "no vulnerabilities are shown", "no data"},
      {[](ScanReport& r) { r.is_complete = false; },
       "no vulnerabilities in what could be looked at", "no vulnerabilities are shown", "a gap"},
  };
  for (const VerdictRow& row : rows) {
    SCOPED_TRACE(row.why);
    ScanReport report = sample_report();
    report.findings.clear();
    row.change(report);
    const std::string text = written(report);
    EXPECT_NE(text.find(row.says), std::string::npos) << text;
    EXPECT_EQ(text.find(row.never_says), std::string::npos) << text;
  }
}

/// The sample with curl's exploited fault ignored, one of openssl's two binaries judged by VEX and
/// another fault known from before.
ScanReport suppressed_report() {
  ScanReport report = sample_report();
  for (Finding& finding : report.findings) {
    if (finding.rule == "CVE-2023-0001") {
      finding.suppressed = Suppression{".bulkheadignore:4", "curl is\nnot run", "2027-01-31"};
    }
    if (finding.rule == "CVE-2023-0003") {
      finding.suppressed = Suppression{"old.json", "", "", SuppressionStatus::baseline};
    }
  }
  report.findings[2].suppressed = Suppression{"vex.json: statement 2", "component_not_present", "",
                                              SuppressionStatus::not_affected};
  return report;
}

TEST(Table, CountsNothingThatIsSuppressed) {
  const std::string text = written(suppressed_report());
  for (const std::string_view says :
       {"4 vulnerabilities: 1 high, 1 medium, 1 low, 1 unknown",
        "2 of them can be cleared by an upgrade; 4 findings in binary packages",
        "3 findings are suppressed by ignore entries or VEX (--show-suppressed)",
        "2 findings are in the baseline\n"}) {
    EXPECT_NE(text.find(says), std::string::npos) << says << "\n" << text;
  }
  for (const std::string_view never_says :
       {"upgrade curl", "Exploited", "CVE-2023-0001", "REASON"}) {
    EXPECT_EQ(text.find(never_says), std::string::npos) << never_says << "\n" << text;
  }
}

TEST(Table, ShowsWhatIsSuppressedWhenAsked) {
  test::expect_golden(kTestData + "sample_suppressed.txt",
                      written(suppressed_report(), {.is_all = true,
                                                    .has_suppressed = true,
                                                    .has_baseline = true,
                                                    .compare_versions = compare_as_text}));
}

TEST(Table, SaysFirstThatItIsIncomplete) {
  ScanReport report = sample_report();
  report.is_complete = false;
  report.notes.insert(report.notes.begin(),
                      {NoteLevel::incomplete, "truncated", "tar: cut", "x", {}});
  EXPECT_TRUE(written(report).starts_with("INCOMPLETE: something could not be looked at"));
}

TEST(Table, NamesEachFixWhereVersionsCannotBeOrdered) {
  const std::string text = written(sample_report(), {});
  EXPECT_NE(text.find("upgrade openssl 1.1.1n-0+deb11u3 -> 1.1.1n-0+deb11u4: clears 2"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("upgrade openssl 1.1.1n-0+deb11u3 -> 1.1.1n-0+deb11u5: clears 1"),
            std::string::npos);
}

TEST(Table, FitsNarrowTerminals) {
  for (const std::size_t width : {0u, 1u, 20u, 40u, 80u, 1'000'000u}) {
    const std::string text =
        written(sample_report(), {.width = width, .compare_versions = compare_as_text});
    EXPECT_NE(text.find("upgrade"), std::string::npos) << width;
  }
}

TEST(Table, ReportsAStreamThatWentBad) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  EXPECT_FALSE(write_table(sample_report(), {}, out));
}

}  // namespace
}  // namespace bulkhead::report
