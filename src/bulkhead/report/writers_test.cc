// What holds for every format.
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/text.h"
#include "bulkhead/report/suppressed_test.h"
#include "bulkhead/report/writer.h"

namespace bulkhead::report {
namespace {

constexpr std::string_view kJsonFormats[] = {"json",       "sarif",     "gitlab",
                                             "trivy-json", "cyclonedx", "spdx"};

std::string written(const Writer& writer, const ScanReport& report) {
  std::ostringstream out;
  EXPECT_TRUE(writer.write(report, {}, out)) << writer.name;
  return out.str();
}

TEST(Writers, AreAllThatUsersWereTold) {
  std::vector<std::string_view> names;
  for (const Writer& writer : writers()) names.push_back(writer.name);
  EXPECT_EQ(names, (std::vector<std::string_view>{"table", "json", "sarif", "gitlab", "junit",
                                                  "trivy-json", "cyclonedx", "spdx"}));
}

TEST(Writers, WriteValidTextWhateverTheTargetSays) {
  for (const Writer& writer : writers()) {
    SCOPED_TRACE(writer.name);
    const std::string text = written(writer, hostile_report());
    EXPECT_TRUE(to_utf8(text).is_exact);
    for (const char c : text) {
      EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << int{c};
    }
  }
}

TEST(Writers, WriteJsonThatParses) {
  for (const std::string_view name : kJsonFormats) {
    SCOPED_TRACE(name);
    const Writer* writer = find_writer(name);
    ASSERT_NE(writer, nullptr);
    for (const ScanReport& report :
         {ScanReport{}, sample_report(), suppressed_report(), hostile_report()}) {
      EXPECT_TRUE(nlohmann::json::accept(written(*writer, report)));
    }
  }
}

TEST(Writers, WriteTheSameTwice) {
  for (const Writer& writer : writers()) {
    EXPECT_EQ(written(writer, suppressed_report()), written(writer, suppressed_report()));
  }
}

TEST(Writers, ReportAStreamThatWentBad) {
  for (const Writer& writer : writers()) {
    std::ostringstream out;
    out.setstate(std::ios::badbit);
    const Result<void> result = writer.write(sample_report(), {}, out);
    ASSERT_FALSE(result) << writer.name;
    EXPECT_EQ(result.error().code, Code::io) << writer.name;
  }
}

TEST(Writers, TakeReferencesToNothing) {
  ScanReport report = sample_report();
  report.layers.clear();
  report.packages.clear();
  report.os.reset();
  report.findings[0].locations.clear();
  for (const Writer& writer : writers()) {
    EXPECT_FALSE(written(writer, report).empty()) << writer.name;
  }
}

}  // namespace
}  // namespace bulkhead::report
