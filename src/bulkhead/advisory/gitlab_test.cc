#include <gtest/gtest.h>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/advisory/gitlab_ranges.h"

namespace bulkhead::advisory {
namespace {

std::string advisory(const std::string& slug, const std::string& range) {
  return "---\nidentifier: \"CVE-2026-1\"\nidentifiers:\n- \"GHSA-aaaa-bbbb-cccc\"\n"
         "- \"CVE-2026-1\"\npackage_slug: \"" +
         slug +
         "\"\ntitle: \"T\"\ndescription: \"D\"\ndate: \"2026-01-02\"\n"
         "pubdate: \"2026-01-01\"\naffected_range: \"" +
         range +
         "\"\nfixed_versions:\n- \"1.2\"\nurls:\n- \"https://example.org/\"\n"
         "cvss_v3: \"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"\n";
}

TEST(Gitlab, KeepsAnAdvisory) {
  Collector found;
  ASSERT_EQ(found.read(advisory("maven/org.example/lib", "[1.0,1.2)")).value(), "gitlab");
  ASSERT_EQ(found.records.size(), 1u);
  EXPECT_EQ(found.records[0].first, (FeedKey{"gitlab/Maven", "Maven"}));
  const Advisory& record = found.records[0].second;
  EXPECT_EQ(record.id, "CVE-2026-1");
  EXPECT_EQ(record.cves, std::vector<std::string>{"CVE-2026-1"});
  EXPECT_EQ(record.aliases, std::vector<std::string>{"GHSA-aaaa-bbbb-cccc"});
  EXPECT_EQ(record.published_unix_s, 1767225600);
  EXPECT_EQ(record.modified_unix_s, 1767312000);
  ASSERT_EQ(record.cvss.size(), 1u);
  EXPECT_EQ(record.cvss[0].score, 9.8);
  ASSERT_EQ(record.affected.size(), 1u);
  EXPECT_EQ(record.affected[0].name, "org.example:lib");
  EXPECT_EQ(record.affected[0].ranges,
            (std::vector<VersionRange>{{.introduced = "1.0", .fixed = "1.2"}}));
  EXPECT_EQ(record.affected[0].fix_state, FixState::fixed);
}

TEST(Gitlab, ReadsEachFormOfRange) {
  struct Case {
    const char* text;
    bool has_intervals;
    bool is_kept;
    std::vector<VersionRange> ranges = {};
    std::vector<std::string> versions = {};
  };
  const Case cases[] = {
      {">=0", false, true, {{}}},
      {"<1.2", false, true, {{.fixed = "1.2"}}},
      {"<=1.2", false, true, {{.last_affected = "1.2"}}},
      {">=3.0.0 <3.2.15", false, true, {{.introduced = "3.0.0", .fixed = "3.2.15"}}},
      {">=1.0,<1.5||==1.7||<0.5",
       false,
       true,
       {{.introduced = "1.0", .fixed = "1.5"}, {.fixed = "0.5"}},
       {"1.7"}},
      {"=1.7", false, true, {}, {"1.7"}},
      {"(,0.0.7]", true, true, {{.last_affected = "0.0.7"}}},
      {"[2.3.1]", true, true, {}, {"2.3.1"}},
      {"[1,2),[3,4]",
       true,
       true,
       {{.introduced = "1", .fixed = "2"}, {.introduced = "3", .last_affected = "4"}}},
      {"[1,)", true, true, {{.introduced = "1"}}},
      {"<2.0", true, true, {{.fixed = "2.0"}}},
      {"(1,2)", true, false},   // 1 itself is not affected
      {">1 <2", false, false},  // the same
      {"~>1.2", false, false},
      {"1.*", false, false},
      {"<1 <2", false, false},
      {"<1 <=2", false, false},
      {"[1,2", true, false},
      {"", false, false},
      {"||", false, false},
      {"[", true, false},
      {">=", false, false},
      {"==1 <2", false, false},
      {"[]", true, false},
  };
  for (const Case& c : cases) {
    const auto range = parse_gitlab_range(c.text, c.has_intervals);
    ASSERT_EQ(range.has_value(), c.is_kept) << c.text;
    if (!range) continue;
    EXPECT_EQ(range->ranges, c.ranges) << c.text;
    EXPECT_EQ(range->versions, c.versions) << c.text;
  }
}

TEST(Gitlab, SaysWhyItRefusesOne) {
  struct Case {
    const char* why;
    std::string text;
    Code code;
  };
  const Case cases[] = {
      {"a range that has no first version", advisory("npm/a", ">1"), Code::malformed},
      {"an unknown registry", advisory("other/a", "<1"), Code::unsupported},
      {"no name", advisory("npm/", "<1"), Code::unsupported},
      {"no id", "identifier:\npackage_slug: npm/a\naffected_range: \"<1\"\n", Code::malformed},
      {"no YAML", "identifier: [\npackage_slug: npm/a\n", Code::malformed},
  };
  for (const Case& c : cases) {
    Collector found;
    const auto done = found.read(c.text);
    ASSERT_FALSE(done) << c.why;
    EXPECT_EQ(done.error().code, c.code) << c.why << ": " << done.error().what;
    EXPECT_TRUE(found.records.empty()) << c.why;
  }
}

TEST(Gitlab, SurvivesCutsAndFlips) {
  const std::string text = advisory("gem/a", ">=3.0.0 <3.2.15");
  for (std::size_t i = 0; i < text.size(); ++i) {
    Collector cut;
    (void)cut.read(text.substr(0, i));
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x15);
    (void)cut.read(flipped);
    for (const auto& [feed, record] : cut.records) EXPECT_FALSE(record.id.empty());
  }
}

}  // namespace
}  // namespace bulkhead::advisory
