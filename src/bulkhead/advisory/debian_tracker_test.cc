#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/advisory/collector_test.h"

namespace bulkhead::advisory {
namespace {

TEST(DebianTracker, TellsStates) {
  struct Row {
    const char* entry;
    AffectedStatus status;
    FixState fix_state;
    Severity severity;
    const char* fixed;
    const char* why;
  };
  constexpr auto kAffected = AffectedStatus::affected;
  const Row rows[] = {
      {R"("status":"resolved","fixed_version":"1.2-3","urgency":"not yet assigned")", kAffected,
       FixState::fixed, Severity::unknown, "1.2-3", "fixed"},
      {R"("status":"resolved","fixed_version":"0","urgency":"unimportant")",
       AffectedStatus::not_affected, FixState::unknown, Severity::negligible, "", "never affected"},
      {R"("status":"open","urgency":"medium**")", kAffected, FixState::not_fixed, Severity::medium,
       "", "open, an urgency set by a machine"},
      {R"("status":"open","urgency":"high*")", kAffected, FixState::not_fixed, Severity::high, "",
       "one star"},
      {R"("status":"open","urgency":"unimportant")", kAffected, FixState::not_fixed,
       Severity::negligible, "", "unimportant"},
      {R"("status":"open","urgency":"low","nodsa":"Minor issue","nodsa_reason":"ignored")",
       kAffected, FixState::will_not_fix, Severity::low, "", "ignored"},
      {R"("status":"open","urgency":"low","nodsa":"Minor issue","nodsa_reason":"postponed")",
       kAffected, FixState::deferred, Severity::low, "", "postponed"},
      {R"("status":"open","urgency":"","nodsa":"Minor issue","nodsa_reason":"")", kAffected,
       FixState::deferred, Severity::unknown, "", "no advisory, a point release perhaps"},
      {R"("status":"open","urgency":"end-of-life","nodsa":"x","nodsa_reason":"ignored")", kAffected,
       FixState::end_of_life, Severity::unknown, "", "end of life"},
      {R"("status":"undetermined","urgency":"not yet assigned")", AffectedStatus::undetermined,
       FixState::unknown, Severity::unknown, "", "undetermined"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Collector collector;
    ASSERT_EQ(
        collector.read(fmt::format(
            R"({{"curl":{{"CVE-2020-1":{{"description":"Words","debianbug":7,"scope":"local",)"
            R"("releases":{{"bookworm":{{{}}}}}}}}}}})",
            row.entry)),
        "debian-tracker");
    EXPECT_TRUE(collector.notes.empty());
    ASSERT_EQ(collector.records.size(), 1u);
    const auto& [feed, advisory] = collector.records[0];
    EXPECT_EQ(feed, (FeedKey{"debian-tracker/bookworm", "Debian:12"}));
    EXPECT_EQ(advisory.id, "CVE-2020-1");
    EXPECT_EQ(advisory.detail, "Words");
    EXPECT_EQ(advisory.references, std::vector<std::string>{"https://bugs.debian.org/7"});
    const AffectedPackage& affected = advisory.affected.at(0);
    EXPECT_EQ(affected.name, "curl");
    EXPECT_EQ(affected.ecosystem, "Debian:12");
    EXPECT_EQ(affected.status, row.status);
    EXPECT_EQ(affected.fix_state, row.fix_state);
    EXPECT_EQ(affected.severity, row.severity);
    EXPECT_EQ(affected.ranges.size(), row.status == kAffected ? 1u : 0u);
    for (const VersionRange& range : affected.ranges) EXPECT_EQ(range.fixed, row.fixed);
  }
}

TEST(DebianTracker, SplitsByReleaseAndKeepsOddIds) {
  Collector collector;
  ASSERT_TRUE(collector.read(R"({
    "a":{"TEMP-0000000-ABCDEF":{"releases":{
       "sid":{"status":"open","urgency":"low"},"woody":{"status":"resolved","fixed_version":"1"}}}},
    "b":{}})"));
  ASSERT_EQ(collector.records.size(), 2u);
  EXPECT_EQ(collector.records[0].first, (FeedKey{"debian-tracker/sid", "Debian:sid"}));
  EXPECT_EQ(collector.records[1].first, (FeedKey{"debian-tracker/woody", "Debian:3.0"}));
  EXPECT_EQ(collector.records[0].second.id, "TEMP-0000000-ABCDEF");
  EXPECT_TRUE(collector.records[0].second.cves.empty());
}

TEST(DebianTracker, NotesBadEntriesAndKeepsTheRest) {
  Collector collector;
  ASSERT_TRUE(collector.read(R"({
    "good":{"CVE-2020-1":{"releases":{"sid":{"status":"open"}}}},
    "bad-json":{"CVE-2020-2":{"releases":{"sid":{"status":open}}}},
    "list":["CVE-2020-3"],
    "no-releases":{"CVE-2020-4":{}},
    "no-id":{"":{"releases":{"sid":{"status":"open"}}}},
    "odd":{"CVE-2020-5":{"releases":{"sid":7,"trixie":{"status":"new"},
           "bookworm":{"status":"resolved"},"forky":{"status":"open"}}}},
    "last":{"CVE-2020-6":{"releases":{"sid":{"status":"open"}}}}})"));
  EXPECT_EQ(collector.notes.size(), 7u);
  ASSERT_EQ(collector.records.size(), 3u);
  EXPECT_EQ(collector.records[0].second.affected[0].name, "good");
  EXPECT_EQ(collector.records[1].first.ecosystem, "Debian:14");
  EXPECT_EQ(collector.records[2].second.affected[0].name, "last");
}

TEST(DebianTracker, ACutFileGivesNothing) {
  const std::string whole =
      R"({"a":{"CVE-2020-1":{"releases":{"sid":{"status":"open"}}}},"b":{"CVE-2020-2":{"releases":{"sid":{"status":"open"}}}}})";
  for (std::size_t i = 0; i < whole.size(); ++i) {
    Collector collector;
    EXPECT_FALSE(collector.read(whole.substr(0, i))) << i;
    EXPECT_TRUE(collector.records.empty()) << i;
  }
}

TEST(CisaKev, ReadsTheCatalogue) {
  Collector collector;
  ASSERT_EQ(collector.read(R"({"title":"T","catalogVersion":"2025.02.19","vulnerabilities":[
      {"cveID":"CVE-2025-0108","vulnerabilityName":"Name","dateAdded":"2025-02-18","shortDescription":"Words"},
      {"cveID":"nothing"}, 7, {"cveID":"CVE-2025-0109"}]})"),
            "cisa-kev");
  EXPECT_EQ(collector.notes.size(), 2u);
  ASSERT_EQ(collector.records.size(), 2u);
  const auto& [feed, advisory] = collector.records[0];
  EXPECT_EQ(feed, (FeedKey{"cisa-kev", ""}));
  EXPECT_EQ(advisory.id, "CVE-2025-0108");
  EXPECT_EQ(advisory.title, "Name");
  EXPECT_EQ(advisory.detail, "Words");
  EXPECT_EQ(advisory.published_unix_s, 1739836800);
  ASSERT_EQ(advisory.affected.size(), 1u);
  EXPECT_EQ(advisory.affected[0].name, "CVE-2025-0108") << "what it is looked up by";
  EXPECT_EQ(advisory.affected[0].ecosystem, "");
}

}  // namespace
}  // namespace bulkhead::advisory
