#include "bulkhead/advisory/cve_scores.h"

#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/advisory/ids.h"

namespace bulkhead::advisory {
namespace {

TEST(CveScores, PacksTheOneSpellingOfACve) {
  struct Case {
    const char* why;
    const char* cve;
    std::uint64_t year;  // 0: refused
    std::uint64_t number;
  };
  const Case cases[] = {
      {"as they are", "CVE-2019-14697", 2019, 14697},
      {"zeros up to four digits", "CVE-1999-0001", 1999, 1},
      {"as large as goes", "CVE-9999-4294967295", 9999, 4294967295},
      {"too large", "CVE-2019-4294967296", 0, 0},
      {"zeros before five digits: another text", "CVE-2019-00001", 0, 0},
      {"three digits", "CVE-2019-123", 0, 0},
      {"a part of a CVE", "CVE-2017-17434-1", 0, 0},
      {"a sign", "CVE-2019-+1234", 0, 0},
      {"another case", "cve-2019-14697", 0, 0},
      {"no year", "CVE-219-14697", 0, 0},
      {"another's id", "GHSA-2019-14697", 0, 0},
      {"nothing", "", 0, 0},
  };
  for (const Case& c : cases) {
    const auto packed = pack_cve(c.cve);
    EXPECT_EQ(packed.has_value(), c.year != 0) << c.why;
    EXPECT_EQ(packed.value_or((c.year << 32) + c.number), (c.year << 32) + c.number) << c.why;
  }
}

Advisory example() {
  Advisory advisory;
  advisory.id = "CVE-2020-0001";
  advisory.cves = {advisory.id};
  advisory.epss = Epss{0.97567, 0.99995};
  advisory.affected = {about_cve(advisory.id)};
  advisory.modified_unix_s = 5;
  return advisory;
}

TEST(CveScores, TakesOnlyWhatIsNothingButAScore) {
  const auto score = score_of(example());
  ASSERT_TRUE(score);
  EXPECT_EQ(score->cve, pack_cve("CVE-2020-0001"));
  EXPECT_EQ(score->score, 975'670u);
  EXPECT_EQ(score->percentile, 999'950u);

  struct Case {
    const char* why;
    void (*change)(Advisory& advisory);
  };
  const Case cases[] = {
      {"no score", [](Advisory& a) { a.epss.reset(); }},
      {"words", [](Advisory& a) { a.detail = "x"; }},
      {"a title", [](Advisory& a) { a.title = "x"; }},
      {"a rating", [](Advisory& a) { a.severity = Severity::low; }},
      {"vectors", [](Advisory& a) { a.cvss.emplace_back(); }},
      {"another name", [](Advisory& a) { a.aliases = {"X-1"}; }},
      {"another id", [](Advisory& a) { a.id = "X-1"; }},
      {"a package", [](Advisory& a) { a.affected[0].name = "curl"; }},
      {"an ecosystem", [](Advisory& a) { a.affected[0].ecosystem = "npm"; }},
      {"two packages", [](Advisory& a) { a.affected.push_back(a.affected[0]); }},
      {"versions", [](Advisory& a) { a.affected[0].ranges.emplace_back(); }},
      {"a date", [](Advisory& a) { a.published_unix_s = 1; }},
      {"no share", [](Advisory& a) { a.epss->score = 1.5; }},
  };
  for (const Case& c : cases) {
    Advisory advisory = example();
    c.change(advisory);
    EXPECT_FALSE(score_of(advisory)) << c.why;
  }
}

/// The score of `cve` in a block that is whole.
std::optional<Epss> ask(std::string_view block, std::uint64_t first, std::uint64_t cve) {
  const auto found = find_in_block(block, first, cve);
  EXPECT_TRUE(found);
  return found.value_or(std::nullopt);
}

TEST(CveScores, FindsEachInItsBlock) {
  std::vector<CveScore> sorted;
  const std::uint64_t begin = *pack_cve("CVE-2020-1000");
  for (std::uint32_t i = 0; i < 2000; ++i) {
    sorted.push_back({begin + i * 3, i * 500, 1'000'000 - i});
  }
  sorted.push_back({begin + (1U << 24), 1, 2});          // farther than a block reaches
  sorted.push_back({*pack_cve("CVE-2021-0001"), 3, 4});  // another year
  std::size_t at = 0;
  std::size_t blocks = 0;
  std::string block;
  while (at < sorted.size()) {
    const std::span<const CveScore> rest = std::span(sorted).subspan(at);
    const std::size_t count = fill_block(rest, block);
    ASSERT_GE(count, 1u);
    ASSERT_LE(count, kMostInBlock);
    EXPECT_EQ(block.size(), count * 8);
    const std::uint64_t first = rest.front().cve;
    for (std::size_t i = 0; i < count; ++i) {
      const std::optional<Epss> found = ask(block, first, rest[i].cve);
      ASSERT_TRUE(found);
      EXPECT_EQ(found->score, rest[i].score / 1e6);
      EXPECT_EQ(found->percentile, rest[i].percentile / 1e6);
      EXPECT_EQ(ask(block, first, rest[i].cve + 1), std::nullopt);
    }
    at += count;
    ++blocks;
  }
  EXPECT_EQ(blocks, 6u);
}

TEST(CveScores, GivesBackWhatWasPublished) {
  // Five decimals come back as the number that their digits mean.
  std::string block;
  for (std::uint32_t i = 0; i <= 100'000; ++i) {
    const double published = std::stod(fmt::format("{}.{:05}", i / 100'000, i % 100'000));
    Advisory advisory = example();
    advisory.epss = Epss{published, published};
    const auto score = score_of(advisory);
    ASSERT_TRUE(score);
    ASSERT_EQ(fill_block({&*score, 1}, block), 1u);
    ASSERT_EQ(ask(block, score->cve, score->cve), (Epss{published, published})) << i;
  }
}

TEST(CveScores, RefusesWhatIsNoBlock) {
  const CveScore one{7, 1, 2};
  std::string block;
  fill_block({&one, 1}, block);
  for (std::size_t i = 1; i < block.size(); ++i) {
    EXPECT_FALSE(find_in_block(block.substr(0, i), 7, 7)) << "cut at " << i;
  }
  EXPECT_FALSE(find_in_block(block, 8, 7)) << "it begins behind what is asked";
  EXPECT_FALSE(find_in_block(std::string(8, '\xff'), 0, 0xffffff)) << "no share of one";
  EXPECT_FALSE(find_in_block(std::string((kMostInBlock + 1) * 8, '\0'), 0, 0)) << "too long";
  EXPECT_EQ(ask("", 0, 0), std::nullopt);
}

}  // namespace
}  // namespace bulkhead::advisory
