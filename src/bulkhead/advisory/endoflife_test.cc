#include <gtest/gtest.h>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/advisory/import.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/advisory/scratch_test.h"
#include "bulkhead/advisory/store.h"
#include "bulkhead/base/run_context.h"

namespace bulkhead::advisory {
namespace {

std::string answer(const std::string& products) {
  return R"({"schema_version":"1.2.0","total":1,"result":)" + products + "}";
}

std::string product(const std::string& name, const std::string& releases) {
  return R"({"name":")" + name + R"(","category":"os","releases":[)" + releases + "]}";
}

std::string release(const std::string& name, const std::string& eol, const std::string& eoes) {
  return R"({"name":")" + name + R"(","eolFrom":)" + eol + R"(,"eoesFrom":)" + eoes + "}";
}

const std::string kPage =
    "---\ntitle: Debian\ncategory: os\npermalink: /debian\nversionCommand: cat /etc/os-release\n"
    "releases:\n-   releaseCycle: \"12\"\n    eol: 2026-06-10\n    eoes: 2028-06-10\n"
    "-   releaseCycle: \"13\"\n    eol: false\n\n---\n\n> [Debian](https://www.debian.org/) is\n";

std::vector<SupportDates> dates_of(const Collector& found) {
  std::vector<SupportDates> dates;
  for (const auto& [feed, row] : found.support) {
    EXPECT_EQ(feed, (FeedKey{"endoflife/" + row.os_id, "os:" + row.os_id}));
    dates.push_back(row);
  }
  return dates;
}

TEST(EndOfLife, KeepsTheDaysOfDistributions) {
  struct Case {
    const char* why;
    std::string text;
    std::vector<SupportDates> want;
    std::size_t notes;
  };
  const Case cases[] = {
      {"all products",
       answer("[" +
              product("ubuntu", release("22.04", "\"2027-04-01\"", "\"2032-04-09\"") + "," +
                                    release("23.10", "\"2024-07-12\"", "null")) +
              "]"),
       {{"ubuntu", "22.04", "2027-04-01", "2032-04-09", "https://endoflife.date/ubuntu"},
        {"ubuntu", "23.10", "2024-07-12", "", "https://endoflife.date/ubuntu"}},
       0},
      {"one product, called otherwise by os-release",
       answer(product("amazon-linux", release("2018.03", "\"2023-12-31\"", "null"))),
       {{"amzn", "2018.03", "2023-12-31", "", "https://endoflife.date/amazon-linux"}},
       0},
      {"two ids of one product",
       answer(product("opensuse", release("15.6", "\"2026-04-30\"", "null"))),
       {{"opensuse", "15.6", "2026-04-30", "", "https://endoflife.date/opensuse"},
        {"opensuse-leap", "15.6", "2026-04-30", "", "https://endoflife.date/opensuse"}},
       0},
      {"15 would speak of each service pack",
       answer(product("sles", release("15", "\"2019-12-31\"", "null") + "," +
                                  release("15.6", "\"2025-12-31\"", "null"))),
       {{"sles", "15.6", "2025-12-31", "", "https://endoflife.date/sles"}},
       1},
      {"service packs of openEuler, and what only looks so",
       answer(product("openeuler", release("24.03-lts", "\"2026-05-31\"", "null") + "," +
                                       release("24.03-lts-sp3", "\"2027-12-31\"", "null") + "," +
                                       release("25.09", "\"2026-03-31\"", "null") + "," +
                                       release("24.03-lts-spx", "\"2027-12-31\"", "null") + "," +
                                       release("24.03-ltsx", "\"2027-12-31\"", "null"))),
       {{"openeuler", "24.03-lts", "2026-05-31", "", "https://endoflife.date/openeuler"},
        {"openeuler", "24.03-lts-sp3", "2027-12-31", "", "https://endoflife.date/openeuler"},
        {"openeuler", "25.09", "2026-03-31", "", "https://endoflife.date/openeuler"}},
       1},
      {"an answer as it is served, with the days of what has no extended support left out",
       R"({"schema_version":"1.2.1","generated_at":"2026-04-16T02:03:04+00:00","last_modified":)"
       R"("2026-03-29T23:04:14+00:00","result":{"name":"fedora","releases":[{"name":"44",)"
       R"("codename":null,"isEol":false,"eolFrom":"2027-06-02","isMaintained":true}]}})",
       {{"fedora", "44", "2027-06-02", "", "https://endoflife.date/fedora"}},
       0},
      {"a product that is no distribution",
       answer("[" + product("windows", release("11", "\"2027-04-01\"", "null")) + "]"),
       {},
       1},
      {"no day, no release, and a word",
       answer(product("debian", release("14", "null", "null") + "," +
                                    release("sid", "\"2027-04-01\"", "null") + "," +
                                    release("13", "\"soon\"", "false"))),
       {},
       1},
      {"a page of the repository",
       kPage,
       {{"debian", "12", "2026-06-10", "2028-06-10", "https://endoflife.date/debian"}},
       1},
  };
  for (const Case& c : cases) {
    Collector found;
    ASSERT_EQ(found.read(c.text).value_or("refused"), "endoflife") << c.why;
    EXPECT_EQ(dates_of(found), c.want) << c.why;
    EXPECT_EQ(found.notes.size(), c.notes) << c.why;
    for (const Error& note : found.notes) EXPECT_EQ(note.code, Code::unsupported) << c.why;
  }
}

TEST(EndOfLife, CountsWhatItLeavesOut) {
  Collector found;
  const std::string text = answer(
      "[" + product("go", "") + "," + product("python", "") + "," +
      product("debian", release("14", "null", "null") + "," + release("x", "null", "null")) + "]");
  ASSERT_TRUE(found.read(text));
  ASSERT_EQ(found.notes.size(), 2u);
  EXPECT_EQ(found.notes[0].what,
            "endoflife: 2 products are no distribution of images, the first is go");
  EXPECT_EQ(found.notes[1].what,
            "endoflife: 2 releases are left out, without a day or of another naming, the first is "
            "debian 14");
}

TEST(EndOfLife, IsAskedBySystem) {
  const Scratch scratch;
  scratch.put("in/debian.md", kPage);
  scratch.put("in/ubuntu",
              answer(product("ubuntu", release("22.04", "\"2027-04-01\"", "\"2032-04-09\""))));
  const auto result = import_paths(scratch.path("store"), {scratch.path("in")}, quiet_context());
  ASSERT_TRUE(result) << describe(result.error());
  ASSERT_EQ(result->feeds.size(), 2u);
  EXPECT_EQ(result->feeds[0].name, "endoflife/debian");
  EXPECT_EQ(result->feeds[0].ecosystem, "os:debian");
  EXPECT_EQ(result->feeds[1].name, "endoflife/ubuntu");
  EXPECT_EQ(result->feeds[1].records, 1u);
  ASSERT_EQ(result->notes.size(), 1u);
  EXPECT_EQ(result->notes[0].level, NoteLevel::info) << "what is left out on purpose is no gap";
  auto store = Store::open(scratch.path("store"));
  ASSERT_TRUE(store);
  const auto dates = store->support_of("ubuntu");
  ASSERT_TRUE(dates);
  ASSERT_EQ(dates->size(), 1u);
  EXPECT_EQ(dates->front().extended_ends, "2032-04-09");
}

TEST(EndOfLife, SurvivesCutsAndFlips) {
  const std::string texts[] = {
      kPage, answer(product("ubuntu", release("22.04", "\"2027-04-01\"", "\"2032-04-09\"")))};
  for (const std::string& text : texts) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      Collector cut;
      (void)cut.read(text.substr(0, i));
      EXPECT_LE(cut.support.size(), 1u) << "cut at " << i;
      std::string flipped = text;
      flipped[i] = static_cast<char>(flipped[i] ^ 0x15);
      Collector other;
      (void)other.read(flipped);
      EXPECT_LE(other.support.size(), 2u) << "flipped at " << i;
    }
  }
}

}  // namespace
}  // namespace bulkhead::advisory
