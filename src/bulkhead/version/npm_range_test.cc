#include "bulkhead/version/npm_range.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/base/text.h"

namespace bulkhead::version {
namespace {

/// "in", "out", or what is wrong.
std::string place_of(std::string_view range, std::string_view version,
                     NpmPreviews previews = NpmPreviews::where_named) {
  const auto parsed = NpmRange::parse(range, previews);
  if (!parsed) return parsed.error().what;
  const auto holds = parsed->holds(version);
  if (!holds) return holds.error().what;
  return *holds ? "in" : "out";
}

struct Row {
  std::string_view range;
  std::vector<std::string_view> in;
  std::vector<std::string_view> out;
  std::string_view why;
};

void expect_rows(const std::vector<Row>& rows, NpmPreviews previews) {
  for (const Row& row : rows) {
    SCOPED_TRACE("'" + std::string(row.range) + "': " + std::string(row.why));
    for (const std::string_view version : row.in) {
      EXPECT_EQ(place_of(row.range, version, previews), "in") << version;
    }
    for (const std::string_view version : row.out) {
      EXPECT_EQ(place_of(row.range, version, previews), "out") << version;
    }
  }
}

TEST(NpmRange, HoldsWhatNpmHolds) {
  expect_rows(
      {
          {"", {"0.0.0", "9.9.9"}, {"1.0.0-rc.1"}, "nothing is everything but pre-releases"},
          {"*", {"0.0.0", "9.9.9"}, {"1.0.0-rc.1"}, "as is a star"},
          {"1.2.3", {"1.2.3", "v1.2.3", "1.2.3+b"}, {"1.2.4", "1.2.3-a"}, "one version"},
          {"=1.2.3-a", {"1.2.3-a"}, {"1.2.3"}, "one pre-release"},
          {"1.2", {"1.2.0", "1.2.9"}, {"1.3.0", "1.1.9", "1.3.0-0"}, "part of one"},
          {"1.x.3", {"1.0.0", "1.9.9"}, {"2.0.0"}, "what follows an x counts for nothing"},
          {"^1.2.3", {"1.2.3", "1.9.9"}, {"1.2.2", "2.0.0", "2.0.0-a", "1.2.3-a"}, "caret"},
          {"^1.2.3-b", {"1.2.3-b", "1.2.3-c", "1.2.3"}, {"1.2.3-a", "1.2.4-c"}, "with a preview"},
          {"^0.2.3", {"0.2.3", "0.2.9"}, {"0.3.0", "0.2.2"}, "below 1"},
          {"^0.0.3", {"0.0.3"}, {"0.0.4", "0.1.0"}, "below 0.1"},
          {"^0.0", {"0.0.0", "0.0.9"}, {"0.1.0"}, "zeros without a patch"},
          {"^0", {"0.0.0", "0.9.9"}, {"1.0.0"}, "a zero alone"},
          {"^1.x", {"1.0.0", "1.9.9"}, {"2.0.0", "0.9.9"}, "caret and x"},
          {"^x", {"0.0.0", "7.0.0"}, {}, "caret of anything"},
          {"~1.2.3", {"1.2.3", "1.2.9"}, {"1.3.0", "1.2.2"}, "tilde"},
          {"~1.2", {"1.2.0", "1.2.9"}, {"1.3.0"}, "tilde without a patch"},
          {"~1", {"1.0.0", "1.9.9"}, {"2.0.0"}, "tilde of a major version"},
          {"~> 1.2.3-b", {"1.2.3-c", "1.2.9"}, {"1.2.3-a", "1.3.0"}, "its other spelling"},
          {">1", {"2.0.0"}, {"1.0.0", "1.9.9"}, "above all of 1"},
          {">1.2", {"1.3.0"}, {"1.2.9"}, "above all of 1.2"},
          {">=1.2", {"1.2.0"}, {"1.1.9"}, "from the first of 1.2"},
          {"<=1.2", {"1.2.9", "0.0.0"}, {"1.3.0"}, "up to the last of 1.2"},
          {"<1.2", {"1.1.9"}, {"1.2.0", "1.2.0-0"}, "below the first of 1.2"},
          {"<x", {}, {"0.0.0", "1.0.0"}, "nothing is below everything"},
          {">=x", {"0.0.0"}, {}, "everything is at least anything"},
          {"<=9.9.9", {"9.9.9"}, {"10.0.0"}, "whole versions"},
          {">1.9.9 <=99.0", {"1.10.0", "99.0.5"}, {"1.9.9", "99.1.0"}, "two bounds"},
          {">= 1.0.0 < 2.0.0", {"1.0.0"}, {"2.0.0"}, "spaces after signs"},
          {"1.2.3 - 1.4.2", {"1.2.3", "1.4.2"}, {"1.2.2", "1.4.3"}, "both ends are in"},
          {"1.2 - 2.3", {"1.2.0", "2.3.9"}, {"2.4.0", "1.1.0"}, "parts of versions"},
          {"x - 2", {"0.0.0", "2.9.9"}, {"3.0.0"}, "no lower end"},
          {"1 - x", {"1.0.0", "9.0.0"}, {"0.9.9"}, "no upper end"},
          {"1.0.0-a - 1.0.0-c", {"1.0.0-b"}, {"1.0.0"}, "previews at both ends"},
          {"1.0.0 || 3.x||>=5", {"1.0.0", "3.1.4", "5.0.0"}, {"2.0.0", "4.9.9"}, "one of several"},
          {"1.0.0 ||", {"1.0.0", "7.0.0"}, {}, "an empty one is any version"},
          {"1.0.0-a || *", {"1.0.0", "7.0.0"}, {"1.0.0-a"}, "with any version, the rest is gone"},
          {">=1.0.0-a <2.0.0",
           {"1.0.0-b", "1.5.0"},
           {"2.0.0-a", "1.5.0-a"},
           "previews of the named version alone"},
          {">=999999999999999999999.0", {"999999999999999999999.0.0"}, {"9.0.0"}, "long numbers"},
          {"<=1.9 ", {"1.9.9"}, {"1.10.0", "2.0.0"}, "9 and one is 10"},
          {"~99.9", {"99.9.1"}, {"99.10.0"}, "9 and one is 10"},
          {"^99", {"99.0.0"}, {"100.0.0"}, "99 and one is 100"},
          {"\t1.2.3\n", {"1.2.3"}, {"1.2.4"}, "spaces around it"},
      },
      NpmPreviews::where_named);
}

TEST(NpmRange, HoldsPreviewsByTheirOrderWhereTheseAreWanted) {
  expect_rows(
      {
          {"<1.2.3", {"1.2.3-a", "1.0.0-a"}, {"1.2.3"}, "as npm audit does"},
          {"*", {"1.0.0-rc.1"}, {}, "everything"},
          {"1.2", {"1.2.0-a", "1.2.9-a"}, {"1.3.0-0"}, "part of a version"},
          {"^1.2", {"1.2.0-a", "1.9.0-a"}, {"2.0.0-0"}, "caret"},
          {"^0.2.3", {"0.2.3-a"}, {"0.3.0-0"}, "caret below 1"},
          {"^1.2.3", {"1.3.0-a"}, {"1.2.3-a", "2.0.0-0"}, "caret of a whole version"},
          {"~1.2.3", {"1.2.4-a"}, {"1.3.0-0"}, "tilde"},
          {"1.0.0 - 2.0.0", {"1.0.0-a", "2.0.0"}, {"2.0.1-a"}, "both ends"},
          {"<=1.2", {"1.2.9-a"}, {"1.3.0-0"}, "up to the last of 1.2"},
      },
      NpmPreviews::in_order);
}

TEST(NpmRange, RefusesWhatIsNone) {
  for (const std::string_view range :
       {"latest", ">=", "1.2.3.4", "1..2", "1.2-a", "1.2.3-", "1.2.3-a..b", "1.2.3+", ">1 - 2",
        "1 - 2 <3", "1 - 2 - 3", "1 | 2", "git+https://example.org/a", "1.2.3 foo", "^^1", ">=-1",
        "1.2.3_a"}) {
    const auto parsed = NpmRange::parse(range);
    ASSERT_FALSE(parsed.has_value()) << range;
    EXPECT_EQ(parsed.error().code, Code::malformed);
    EXPECT_TRUE(parsed.error().what.starts_with("npm range")) << parsed.error().what;
  }
  const auto parsed = NpmRange::parse("<2");
  ASSERT_TRUE(parsed.has_value());
  for (const std::string_view version : {"", "1.2.3.4", "next"}) {
    EXPECT_FALSE(parsed->holds(version).has_value()) << version;
  }
}

TEST(NpmRange, TakesLongRanges) {
  std::string range = "1";
  while (range.size() < 1'000'000) range += " || 1";
  EXPECT_EQ(place_of(range, "2.0.0"), "out");
  range = "^" + std::string(1'000'000, '9');
  EXPECT_EQ(place_of(range, std::string(1'000'000, '9') + ".1.0"), "in");
}

/// Rows of `name<TAB>range<TAB>in|out<TAB>version`.
void expect_table(const std::string& path, std::size_t least_rows) {
  std::ifstream file(path);
  if (!file) GTEST_SKIP() << path << " is not there";
  std::size_t rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const std::vector<std::string_view> fields = split(line, '\t');
    ASSERT_GE(fields.size(), 4U) << line;
    EXPECT_EQ(place_of(fields[1], fields[3]), fields[2]) << line;
    ++rows;
  }
  EXPECT_GE(rows, least_rows);
}

TEST(NpmRange, AgreesWithTheSharedTable) {
  expect_table(BULKHEAD_SOURCE_DIR "/../shared/versions/npm-range.tsv", 51);
}

// tools/check_versions.py makes such a table with node-semver.
TEST(NpmRange, AgreesWithAGivenTable) {
  const char* path = std::getenv("BULKHEAD_NPM_RANGE_TABLE");
  if (path == nullptr) GTEST_SKIP() << "BULKHEAD_NPM_RANGE_TABLE names none";
  expect_table(path, 1);
}

}  // namespace
}  // namespace bulkhead::version
