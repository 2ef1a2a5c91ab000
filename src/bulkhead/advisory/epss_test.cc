#include <gtest/gtest.h>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/advisory/readers.h"

namespace bulkhead::advisory {
namespace {

constexpr const char* kToday =
    "#model_version:v2025.03.14,score_date:2026-01-02T00:00:00+0000\n"
    "cve,epss,percentile\n"
    "CVE-2020-0001,0.97567,0.99995\n"
    "CVE-2020-0002,0.00113,0.43131\n";

TEST(Epss, KeepsAScoreForEachCve) {
  Collector found;
  ASSERT_EQ(found.read(kToday).value(), "epss");
  EXPECT_EQ(found.declared, (std::vector<FeedKey>{{"epss", ""}}));
  ASSERT_EQ(found.records.size(), 2u);
  const Advisory& first = found.records[0].second;
  EXPECT_EQ(first.id, "CVE-2020-0001");
  EXPECT_EQ(first.cves, std::vector<std::string>{"CVE-2020-0001"});
  EXPECT_EQ(first.epss, (Epss{0.97567, 0.99995}));
  EXPECT_EQ(first.modified_unix_s, 1767312000);
  ASSERT_EQ(first.affected.size(), 1u);
  EXPECT_EQ(first.affected[0].ecosystem, "");
  EXPECT_EQ(first.affected[0].name, "CVE-2020-0001");
  EXPECT_EQ(found.records[1].second.epss, (Epss{0.00113, 0.43131}));
  EXPECT_TRUE(found.notes.empty());
}

TEST(Epss, ReadsEachFormThatWasPublished) {
  struct Case {
    const char* why;
    const char* text;
    std::vector<Epss> scores;
  };
  const Case cases[] = {
      {"without a comment", "cve,epss,percentile\nCVE-2020-1,0.5,0.25\n", {{0.5, 0.25}}},
      {"no percentile: the share of scores as high or lower",
       "cve,epss\nCVE-2020-1,0.5\nCVE-2020-2,0.25\nCVE-2020-3,0.5\nCVE-2020-4,0.75\n",
       {{0.5, 0.75}, {0.25, 0.25}, {0.5, 0.75}, {0.75, 1}}},
      {"lines of Windows", "cve,epss,percentile\r\nCVE-2020-1,1,1\r\n", {{1, 1}}},
      {"a byte order mark, no last newline",
       "\xef\xbb\xbf"
       "cve,epss,percentile\nCVE-2020-1,0,0",
       {{0, 0}}},
      {"small numbers", "cve,epss,percentile\nCVE-2020-1,1e-05,0.1\n", {{0.00001, 0.1}}},
      {"no rows", "cve,epss,percentile\n", {}},
  };
  for (const Case& c : cases) {
    Collector found;
    ASSERT_EQ(found.read(c.text).value_or("refused"), "epss") << c.why;
    std::vector<Epss> scores;
    for (const auto& [feed, advisory] : found.records) scores.push_back(advisory.epss.value());
    EXPECT_EQ(scores, c.scores) << c.why;
    EXPECT_EQ(found.declared.size(), 1u) << c.why;
    EXPECT_TRUE(found.notes.empty()) << c.why;
  }
}

TEST(Epss, CountsBadRowsInOneNote) {
  struct Case {
    const char* why;
    const char* row;
  };
  const Case cases[] = {
      {"not a CVE", "GHSA-1,0.5,0.5"},
      {"a score above one", "CVE-2020-1,1.5,0.5"},
      {"below nothing", "CVE-2020-1,-0.1,0.5"},
      {"no number", "CVE-2020-1,nan,0.5"},
      {"words behind it", "CVE-2020-1,0.5x,0.5"},
      {"a column is missing", "CVE-2020-1,0.5"},
      {"a column too many", "CVE-2020-1,0.5,0.5,0.5"},
      {"one word", "CVE-2020-1"},
      {"empty columns", ",,"},
  };
  std::string text = kToday;
  for (const Case& c : cases) {
    Collector found;
    ASSERT_TRUE(found.read(kToday + std::string(c.row) + "\n")) << c.why;
    EXPECT_EQ(found.records.size(), 2u) << c.why;
    ASSERT_EQ(found.notes.size(), 1u) << c.why;
    EXPECT_EQ(found.notes[0].what, "epss: 1 row is no CVE with shares of one, the first is line 5")
        << c.why;
    text += std::string(c.row) + "\n";
  }
  Collector found;
  ASSERT_TRUE(found.read(text));
  ASSERT_EQ(found.notes.size(), 1u);
  EXPECT_EQ(found.notes[0].what, "epss: 9 rows are no CVE with shares of one, the first is line 5");
}

TEST(Epss, RefusesOtherColumns) {
  Collector found;
  EXPECT_FALSE(found.read("#model_version:v1,score_date:2026-01-02\ncve,percentile\n"));
  EXPECT_FALSE(found.read("#model_version:v1"));
  EXPECT_FALSE(is_epss_csv("cve,epss,other,percentile\n"));
  EXPECT_FALSE(is_epss_csv("cve,epssx,percentile\n"));
  EXPECT_TRUE(found.records.empty());
}

TEST(Epss, SurvivesCutsAndFlips) {
  const std::string text = kToday;
  for (std::size_t i = 0; i < text.size(); ++i) {
    Collector cut;
    (void)cut.read(text.substr(0, i));
    EXPECT_LE(cut.records.size(), 2u);
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x15);
    Collector other;
    (void)other.read(flipped);
    EXPECT_LE(other.records.size(), 2u);
    for (const auto& [feed, advisory] : other.records) {
      EXPECT_TRUE(advisory.id.starts_with("CVE-")) << "flipped at " << i;
    }
  }
}

}  // namespace
}  // namespace bulkhead::advisory
