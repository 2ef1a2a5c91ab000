#include "bulkhead/report/junit.h"

#include <sstream>

#include <gtest/gtest.h>

#include "bulkhead/report/suppressed_test.h"
#include "tests/support/golden.h"

namespace bulkhead::report {
namespace {

const std::string kTestData = BULKHEAD_SOURCE_DIR "/src/bulkhead/report/testdata/";

std::string written(const ScanReport& report) {
  std::ostringstream out;
  EXPECT_TRUE(write_junit(report, {}, out));
  return out.str();
}

std::size_t count_of(std::string_view text, std::string_view piece) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(piece, at)) != std::string_view::npos; ++at) ++count;
  return count;
}

TEST(Junit, IsTheGoldenReport) {
  test::expect_golden(kTestData + "sample_junit.xml", written(suppressed_report()));
}

TEST(Junit, PassesWhereNothingIsFound) {
  ScanReport report = sample_report();
  report.findings.clear();
  const std::string text = written(report);
  EXPECT_EQ(count_of(text, "<testcase "), 1u);
  EXPECT_NE(text.find("nothing found in 5 packages"), std::string::npos);
  EXPECT_NE(text.find("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\""), std::string::npos);
  EXPECT_EQ(count_of(written(ScanReport{}), "<testcase "), 1u) << "a suite is never empty";
}

TEST(Junit, GapsAreErrors) {
  ScanReport report;
  report.is_complete = false;
  report.notes = {{NoteLevel::incomplete, "truncated", "tar: cut", "/x", 5},
                  {NoteLevel::info, "odd", "odd", "", {}}};
  const std::string text = written(report);
  EXPECT_EQ(count_of(text, "<error type=\"truncated\" message=\"tar: cut\"/>"), 1u);
  EXPECT_EQ(count_of(text, "<testcase "), 1u) << "nothing that looks green";
  EXPECT_NE(text.find("errors=\"1\""), std::string::npos);
}

TEST(Junit, CountsWhatItWrites) {
  const std::string text = written(suppressed_report());
  EXPECT_EQ(count_of(text, "<failure "), suppressed_report().findings.size() - 2);
  EXPECT_EQ(count_of(text, "<skipped "), 2u);
  EXPECT_NE(text.find("<testsuites name=\"bulkhead\" tests=\"10\" failures=\"8\" errors=\"0\" "
                      "skipped=\"2\""),
            std::string::npos);
}

}  // namespace
}  // namespace bulkhead::report
