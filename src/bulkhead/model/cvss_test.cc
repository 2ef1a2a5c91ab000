#include "bulkhead/model/cvss.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <span>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace bulkhead {
namespace {

struct Row {
  std::string_view vector;
  std::string_view version;
  double score;
  std::string_view why;
};

constexpr Row kRows[] = {
    {"AV:N/AC:L/Au:N/C:N/I:N/A:C", "2.0", 7.8, "v2 guide 3.3.1, CVE-2002-0392"},
    {"AV:N/AC:L/Au:N/C:C/I:C/A:C", "2.0", 10.0, "v2 guide 3.3.2, CVE-2003-0818"},
    {"AV:L/AC:H/Au:N/C:C/I:C/A:C", "2.0", 6.2, "v2 guide 3.3.3, CVE-2003-0062"},
    {"AV:N/AC:L/Au:N/C:N/I:N/A:N", "2.0", 0.0, "v2: no impact"},
    {"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", "2.0", 7.8,
     "v2: the other groups are accepted and ignored"},
    {"CVSS:2.0/AV:L/AC:M/Au:S/C:P/I:N/A:N", "2.0", 1.5, "v2 with a prefix, as some write it"},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "3.1", 9.8, "the usual critical one"},
    {"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "3.0", 9.8, "in 3.0"},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "3.1", 10.0, "cut at 10"},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", "3.1", 6.1, "v3.1 examples, CVE-2013-1937"},
    {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:L", "3.1", 6.3, "privileges, scope unchanged"},
    {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", "3.1", 6.4, "v3.1 examples, CVE-2013-0375"},
    {"CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", "3.1", 3.1, "v3.1 examples, CVE-2014-3566"},
    {"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", "3.1", 9.9, "v3.1 examples, CVE-2012-1516"},
    {"CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", "3.1", 4.2, "v3.1 examples, CVE-2012-0384"},
    {"CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:L", "3.1", 1.6, "physical, hard, low"},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", "3.1", 0.0, "no impact"},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N", "3.1", 0.0, "no impact, scope changed"},
    {"CVSS:3.1/S:U/A:H/I:H/C:H/UI:N/PR:N/AC:L/AV:N", "3.1", 9.8, "metrics in any order"},
    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U/CR:L/MAV:P/MS:C/MA:N", "3.1", 9.8,
     "the other groups are accepted and ignored"},
    {"CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "4.0", 7.3,
     "v4.0 examples, CVE-2022-41741"},
    {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "4.0", 7.7,
     "v4.0 examples, CVE-2020-3549"},
    {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", "4.0", 8.3,
     "v4.0 examples, CVE-2023-3089"},
    {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N/CR:H/IR:L/AR:H", "4.0", 8.2,
     "4.0 with an environment"},
    {"CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", "4.0", 4.6,
     "v4.0 examples, CVE-2021-44714"},
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", "4.0", 5.1,
     "v4.0 examples, CVE-2022-21830"},
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N", "4.0", 6.9,
     "v4.0 examples, CVE-2022-22186"},
    {"CVSS:4.0/AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N", "4.0", 5.9,
     "v4.0 examples, CVE-2023-21989"},
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", "4.0", 8.7,
     "v4.0 examples, CVE-2014-0160"},
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", "4.0", 10.0,
     "v4.0 examples, CVE-2021-44228"},
    {"CVSS:4.0/AV:A/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:H", "4.0", 6.4,
     "v4.0 examples, CVE-2013-6014"},
    {"CVSS:4.0/AV:L/AC:L/AT:N/PR:H/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", "4.0", 9.3,
     "v4.0 examples, CVE-2016-5729"},
    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", "4.0", 0.0,
     "4.0: no impact"},
    {"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:A/VC:N/VI:N/VA:N/SC:H/SI:L/SA:N/E:A/MSI:S/U:Amber/RE:L",
     "4.0", 6.7, "4.0 with a safety impact; the supplemental group says nothing of the score"},
};

TEST(Cvss, ScoresBaseVectors) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(std::string(row.vector) + ": " + std::string(row.why));
    const auto cvss = parse_cvss(row.vector);
    ASSERT_TRUE(cvss.has_value()) << cvss.error().what;
    EXPECT_EQ(cvss->version, row.version);
    EXPECT_EQ(cvss->vector, row.vector);
    EXPECT_EQ(cvss->score, row.score);
    EXPECT_EQ(cvss->source, "");
  }
}

TEST(Cvss, RefusesBadVectors) {
  const struct {
    std::string_view vector;
    Code code;
    std::string_view why;
  } rows[] = {
      {"", Code::malformed, "empty"},
      {"nonsense", Code::malformed, "no metric"},
      {"CVSS:", Code::unsupported, "no version"},
      {"CVSS:1.0/AV:N", Code::unsupported, "version 1"},
      {"CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Code::unsupported, "no such version"},
      {"CVSS:3.1", Code::malformed, "nothing after the version"},
      {"CVSS:3.1/", Code::malformed, "nothing after the slash"},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", Code::malformed, "A is missing"},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/A:H", Code::malformed, "A twice"},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/E:U", Code::malformed, "E twice"},
      {"CVSS:3.1/AV:N/AC:M/PR:N/UI:N/S:U/C:H/I:H/A:H", Code::malformed, "a v2 value"},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/", Code::malformed, "a slash at the end"},
      {"CVSS:3.1//AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Code::malformed, "two slashes"},
      {"CVSS:3.1/av:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Code::malformed, "a name in lower case"},
      {"CVSS:3.1/AV:n/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Code::malformed, "a value in lower case"},
      {"CVSS:3.1/AV/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Code::malformed, "no value"},
      {"CVSS:3.1/AV:/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Code::malformed, "an empty value"},
      {"CVSS:3.1/AV:N A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Code::malformed, "two values"},
      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:X/C:H/I:H/A:H", Code::malformed, "X for a base metric"},
      {"CVSS:3.1/AV:N/AC:L/Au:N/C:C/I:C/A:C", Code::malformed, "v2 metrics under 3.1"},
      {"AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Code::malformed, "v3 metrics without a prefix"},
      {"(AV:N/AC:L/Au:N/C:C/I:C/A:C)", Code::malformed, "parentheses"},
      {"AV:N/AC:L/Au:N/C:C/I:C", Code::malformed, "v2: A is missing"},
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N", Code::malformed,
       "4.0: SA is missing"},
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:R/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", Code::malformed,
       "4.0: a 3.1 value"},
      {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:S/SA:N", Code::malformed,
       "4.0: S is a value of the modified metric alone"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.vector) + ": " + std::string(row.why));
    const auto cvss = parse_cvss(row.vector);
    ASSERT_FALSE(cvss.has_value());
    EXPECT_EQ(cvss.error().code, row.code) << cvss.error().what;
    EXPECT_TRUE(cvss.error().what.starts_with("CVSS: "));
  }
}

/// FNV-1a over the tenths of all scores, in the order of nested loops over the metrics' values.
class Fingerprint {
 public:
  void add(std::string_view vector) {
    const auto cvss = parse_cvss(vector);
    ASSERT_TRUE(cvss.has_value()) << vector;
    const double tenths = cvss->score * 10;
    ASSERT_LT(std::abs(tenths - std::round(tenths)), 1e-9) << vector;
    hash_ = (hash_ ^ static_cast<std::uint64_t>(std::llround(tenths))) * 0x100000001b3;
    sum_ += static_cast<std::uint64_t>(std::llround(tenths));
    ++count_;
  }
  std::uint64_t hash() const { return hash_; }
  std::uint64_t sum() const { return sum_; }
  int count() const { return count_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
  std::uint64_t sum_ = 0;
  int count_ = 0;
};

void add_all(Fingerprint& scores, const std::string& start,
             std::span<const std::pair<std::string_view, std::string_view>> metrics) {
  if (metrics.empty()) return scores.add(start.substr(1));
  for (const char value : metrics.front().second) {
    add_all(scores, start + '/' + std::string(metrics.front().first) + ':' + value,
            metrics.subspan(1));
  }
}

// The sums and fingerprints were computed from the specifications' equations in exact fractions.
TEST(Cvss, ScoresEveryBaseVectorExactly) {
  constexpr std::pair<std::string_view, std::string_view> kMetrics2[] = {
      {"AV", "LAN"}, {"AC", "HML"}, {"Au", "MSN"}, {"C", "NPC"}, {"I", "NPC"}, {"A", "NPC"}};
  constexpr std::pair<std::string_view, std::string_view> kMetrics3[] = {
      {"AV", "NALP"}, {"AC", "LH"}, {"PR", "NLH"}, {"UI", "NR"},
      {"S", "UC"},    {"C", "HLN"}, {"I", "HLN"},  {"A", "HLN"}};
  Fingerprint v2;
  add_all(v2, "", kMetrics2);
  EXPECT_EQ(v2.count(), 729);
  EXPECT_EQ(v2.sum(), 38'007U);
  EXPECT_EQ(v2.hash(), 0xae1a702285ae23a8U);
  for (const std::string version : {"/CVSS:3.0", "/CVSS:3.1"}) {
    Fingerprint v3;
    add_all(v3, version, kMetrics3);
    EXPECT_EQ(v3.count(), 2'592);
    EXPECT_EQ(v3.sum(), 142'706U);
    EXPECT_EQ(v3.hash(), 0xe696c5debffb6f09U);
  }
  // Computed by an independent implementation (the Python package cvss 3.6).
  constexpr std::pair<std::string_view, std::string_view> kMetrics4[] = {
      {"AV", "NALP"}, {"AC", "LH"},  {"AT", "NP"},  {"PR", "NLH"}, {"UI", "NPA"}, {"VC", "HLN"},
      {"VI", "HLN"},  {"VA", "HLN"}, {"SC", "HLN"}, {"SI", "HLN"}, {"SA", "HLN"}};
  Fingerprint v4;
  add_all(v4, "/CVSS:4.0", kMetrics4);
  EXPECT_EQ(v4.count(), 104'976);
  EXPECT_EQ(v4.sum(), 5'964'883U);
  EXPECT_EQ(v4.hash(), 0x5ddefebf6dbbe1daU);
}

// Lines "vector<TAB>score" of another implementation: see tools/check_cvss.py.
TEST(Cvss, AgreesWithAGivenTable) {
  const char* path = std::getenv("BULKHEAD_CVSS_TABLE");
  if (path == nullptr) GTEST_SKIP() << "BULKHEAD_CVSS_TABLE names no table";
  std::ifstream table(path);
  ASSERT_TRUE(table) << path;
  int rows = 0;
  for (std::string line; std::getline(table, line); ++rows) {
    const std::size_t tab = line.find('\t');
    ASSERT_NE(tab, std::string::npos) << line;
    const auto cvss = parse_cvss(std::string_view(line).substr(0, tab));
    ASSERT_TRUE(cvss) << line;
    EXPECT_DOUBLE_EQ(cvss->score, std::stod(line.substr(tab + 1))) << line;
  }
  EXPECT_GT(rows, 0);
  RecordProperty("rows", rows);
}

TEST(Cvss, TakesDamage) {
  for (const Row& row : kRows) {
    for (std::size_t cut = 0; cut < row.vector.size(); ++cut) {
      const auto cvss = parse_cvss(row.vector.substr(0, cut));
      if (cvss) {
        EXPECT_EQ(cvss->vector.size(), cut);
        EXPECT_NE(row.vector.find(cvss->vector), std::string_view::npos);
      }
      std::string flipped(row.vector);
      flipped[cut] = static_cast<char>(flipped[cut] ^ 1);
      const auto other = parse_cvss(flipped);
      if (other) {
        EXPECT_GE(other->score, 0);
        EXPECT_LE(other->score, 10);
      }
    }
  }
  EXPECT_FALSE(parse_cvss("CVSS:3.1/" + std::string(1'000'000, '/')).has_value());
  EXPECT_LT(parse_cvss("CVSS:3.1/" + std::string(1'000'000, 'x')).error().what.size(), 100U);
}

}  // namespace
}  // namespace bulkhead
