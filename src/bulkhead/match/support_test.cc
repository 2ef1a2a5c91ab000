#include "bulkhead/match/support.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "bulkhead/base/text.h"

namespace bulkhead::match {
namespace {

OsInfo os_of(std::string id, std::string version, std::string codename = {}) {
  OsInfo os;
  os.id = std::move(id);
  os.version = std::move(version);
  os.codename = std::move(codename);
  os.source_path = "/etc/os-release";
  return os;
}

/// The last second of a day, unless `time` says another one.
std::int64_t at(const std::string& day, const std::string& time = "23:59:59") {
  return parse_utc(day + "T" + time + "Z");
}

struct Judged {
  OsInfo os;
  std::vector<Finding> findings;
  std::vector<Note> notes;
};

Judged judge(OsInfo os, std::int64_t now_unix_s) {
  Judged judged{std::move(os), {}, {}};
  auto store = advisory::Store::open("/nonexistent/bulkhead-store");
  EXPECT_TRUE(store);
  Notes notes(10);
  EXPECT_TRUE(judge_support(judged.os, *store, now_unix_s, judged.findings, notes));
  judged.notes = std::move(notes).take_sorted();
  return judged;
}

TEST(Support, TurnsOnTheDayAfterTheLast) {
  struct Case {
    const char* why;
    OsInfo os;
    std::int64_t now;
    SupportState state;
    std::size_t notes;
  };
  using enum SupportState;
  const Case cases[] = {
      {"91 days before", os_of("alpine", "3.22.1"), at("2027-01-30"), supported, 0},
      {"90 days before", os_of("alpine", "3.22.1"), at("2027-01-31", "00:00:00"), supported, 1},
      {"the day before", os_of("alpine", "3.22.1"), at("2027-04-30"), supported, 1},
      {"the last day, its first second", os_of("alpine", "3.22.1"), at("2027-05-01", "00:00:00"),
       supported, 1},
      {"the last day, its last second", os_of("alpine", "3.22.1"), at("2027-05-01"), supported, 1},
      {"the day after", os_of("alpine", "3.22.1"), at("2027-05-02", "00:00:00"), ended, 0},
      {"the general support of Debian is over, LTS is for everybody", os_of("debian", "11"),
       at("2024-08-15"), supported, 0},
      {"the last day of LTS", os_of("debian", "11"), at("2026-08-31"), supported, 1},
      {"after LTS, though ELTS goes on", os_of("debian", "11"), at("2026-09-01"), ended, 0},
      {"the last day before ESM", os_of("ubuntu", "20.04"), at("2025-05-29"), supported, 1},
      {"ESM takes a subscription", os_of("ubuntu", "20.04"), at("2025-05-30"), ended, 0},
      {"no release of the table", os_of("alpine", "3.99.0"), at("2026-11-28"), unknown, 0},
      {"no day in the table", os_of("fedora", "45"), at("2026-11-28"), unknown, 0},
      {"a distribution that is not known", os_of("nonesuch", "1"), at("2026-11-28"), unknown, 0},
      {"no version", os_of("alpine", ""), at("2026-11-28"), unknown, 0},
      {"rolling", os_of("arch", ""), at("2026-11-28"), supported, 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.why);
    const Judged judged = judge(c.os, c.now);
    EXPECT_EQ(judged.os.support, c.state);
    EXPECT_EQ(judged.findings.size(), c.state == ended ? 1u : 0u);
    EXPECT_EQ(judged.notes.size(), c.notes);
    for (const Note& note : judged.notes) {
      EXPECT_EQ(note.code, "os-support-ends-soon");
      EXPECT_EQ(note.level, NoteLevel::info);
      EXPECT_EQ(note.where, "/etc/os-release");
    }
  }
}

TEST(Support, FindsTheReleaseOfAVersion) {
  struct Case {
    OsInfo os;
    std::string ends;
    std::string extended;
  };
  OsInfo stream = os_of("centos", "9");
  stream.variant = "stream";
  const Case cases[] = {
      {os_of("alpine", "3.1.4"), "2016-11-01", ""},
      {os_of("alpine", "3.18.4"), "2025-05-09", ""},
      {os_of("debian", "12.5"), "2028-06-30", "2033-06-30"},
      {os_of("debian", "", "bookworm"), "2028-06-30", "2033-06-30"},
      {os_of("debian", "", "forky/sid"), "", ""},
      {os_of("ubuntu", "22.04"), "2027-06-01", "2032-04-21"},
      {os_of("ubuntu", "26.10"), "2027-07-15", ""},
      {os_of("rhel", "9.4"), "2032-05-31", "2035-05-31"},
      {os_of("centos", "8"), "2021-12-31", ""},
      {stream, "2027-05-31", ""},
      {os_of("almalinux", "10.0"), "2035-05-31", ""},
      {os_of("rocky", "8.10"), "2029-05-31", ""},
      {os_of("ol", "7.9"), "2024-12-31", "2028-06-30"},
      {os_of("amzn", "2018.03"), "2023-12-31", ""},
      {os_of("amzn", "2"), "2026-06-30", ""},
      {os_of("amzn", "2023"), "2029-06-30", ""},
      {os_of("sles", "15"), "2019-12-31", "2022-12-31"},
      {os_of("sles", "15.7"), "2031-07-31", "2034-07-31"},
      {os_of("sles", "15.8"), "", ""},
      {os_of("opensuse-leap", "15.6"), "2026-04-30", ""},
      {os_of("mariner", "2.0.20240301"), "2025-07-31", ""},
      {os_of("openeuler", "22.03", "lts-sp4"), "2026-06-30", ""},
      {os_of("openeuler", "22.03", "lts"), "2024-03-31", ""},
      {os_of("openeuler", "26.09"), "2027-03-31", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.os.id + " " + c.os.version + c.os.codename);
    const SupportOutlook outlook = support_outlook(c.os, {}, at("2026-11-28"));
    EXPECT_EQ(outlook.ends, c.ends);
    EXPECT_EQ(outlook.extended_ends, c.extended);
    EXPECT_EQ(outlook.source.empty(), c.ends.empty());
  }
}

TEST(Support, WhatWasImportedSaysMore) {
  const std::vector<SupportDates> fed = {
      {"alpine", "3.2", "2017-01-01", "", "https://feed.example/alpine"},
      {"alpine", "3.22", "2029-01-01", "", "https://feed.example/alpine"},
      {"alpine", "3.99", "2030-01-01", "2031-01-01", "https://feed.example/alpine"},
      {"alpine", "3.21", "", "2028-01-01", "https://feed.example/alpine"},
      {"alpine", "3.20", "soon", "", "https://feed.example/alpine"},
  };
  const auto outlook = [&](const std::string& version) {
    return support_outlook(os_of("alpine", version), fed, at("2026-11-28"));
  };
  EXPECT_EQ(outlook("3.22.0").ends, "2029-01-01");
  EXPECT_EQ(outlook("3.22.0").source, "https://feed.example/alpine");
  EXPECT_EQ(outlook("3.99.0").ends, "2030-01-01") << "the table does not know it";
  EXPECT_EQ(outlook("3.99.0").extended_ends, "2031-01-01");
  EXPECT_EQ(outlook("3.21.0").ends, "2026-11-01") << "the table fills in what is not said";
  EXPECT_EQ(outlook("3.21.0").extended_ends, "2028-01-01");
  EXPECT_EQ(outlook("3.20.0").ends, "2026-04-01") << "what is no day is not said";
  const std::vector<SupportDates> other = {{"nonesuch", "1", "2026-01-01", "", "here"}};
  const SupportOutlook ended = support_outlook(os_of("nonesuch", "1"), other, at("2026-11-28"));
  EXPECT_EQ(ended.state, SupportState::ended);
  const auto finding = support_finding(os_of("nonesuch", "1"), ended, at("2026-11-28"));
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->title, "nonesuch 1 is no longer supported since 2026-01-01");
  EXPECT_EQ(finding->remediation, "move to a release that is supported");
}

TEST(Support, OsReleaseIsTheLastToBeAsked) {
  OsInfo os = os_of("nonesuch", "1");
  os.support_ends = "2026-11-27";
  EXPECT_EQ(judge(os, at("2026-11-27")).os.support, SupportState::supported);
  const Judged ended = judge(os, at("2026-11-28"));
  EXPECT_EQ(ended.os.support, SupportState::ended);
  EXPECT_EQ(ended.os.support_source, "/etc/os-release");
  ASSERT_EQ(ended.findings.size(), 1u);
  EXPECT_TRUE(ended.findings[0].references.empty()) << "a file is no address";
  os = os_of("fedora", "44");
  os.support_ends = "2020-01-01";
  EXPECT_EQ(judge(os, at("2026-11-28")).os.support_ends, "2027-06-02");
  os = os_of("nonesuch", "1");
  os.support_ends = "soon\n";
  const Judged garbage = judge(os, at("2026-11-28"));
  EXPECT_EQ(garbage.os.support, SupportState::unknown);
  EXPECT_EQ(garbage.os.support_ends, "") << "what is no day is not handed on";
}

TEST(Support, SaysWhatToDo) {
  struct Case {
    OsInfo os;
    std::string day;
    Severity severity;
    std::string title;
    std::string remediation;
  };
  const Case cases[] = {
      {os_of("debian", "11"), "2026-11-28", Severity::high,
       "Debian 11 is no longer supported since 2026-08-31",
       "move to Debian 12 (supported until 2028-06-30) or newer; or take up Freexian's ELTS, until "
       "2031-06-30: it takes a contract, and its repository"},
      {os_of("debian", "11"), "2032-06-28", Severity::high,
       "Debian 11 is no longer supported since 2026-08-31", "move to Debian 13 or newer"},
      {os_of("debian", "11"), "2032-06-29", Severity::critical,
       "Debian 11 is no longer supported since 2026-08-31", "move to Debian 13 or newer"},
      {os_of("alpine", "3.18.4"), "2025-05-10", Severity::high,
       "Alpine Linux 3.18 is no longer supported since 2025-05-09",
       "move to Alpine Linux 3.19 (supported until 2025-11-01) or newer"},
      {os_of("alpine", "3.18.4"), "2026-05-08", Severity::high,
       "Alpine Linux 3.18 is no longer supported since 2025-05-09",
       "move to Alpine Linux 3.21 (supported until 2026-11-01) or newer"},
      {os_of("alpine", "3.18.4"), "2026-05-09", Severity::critical,
       "Alpine Linux 3.18 is no longer supported since 2025-05-09",
       "move to Alpine Linux 3.21 (supported until 2026-11-01) or newer"},
      {os_of("ubuntu", "20.04"), "2026-11-28", Severity::high,
       "Ubuntu 20.04 is no longer supported since 2025-05-29",
       "move to Ubuntu 22.04 (supported until 2027-06-01) or newer; or take up Ubuntu Pro (ESM), "
       "until 2030-04-23: it takes a subscription to Ubuntu Pro; or take up Ubuntu Pro's Legacy "
       "add-on, until 2032-04-27: it takes a subscription to Ubuntu Pro and the add-on"},
      {os_of("ubuntu", "25.10"), "2026-11-28", Severity::high,
       "Ubuntu 25.10 is no longer supported since 2026-07-09",
       "move to Ubuntu 26.04 (supported until 2031-05-29) or newer"},
      {os_of("centos", "7"), "2026-11-28", Severity::critical,
       "CentOS Linux 7 is no longer supported since 2024-06-30",
       "move to CentOS Stream, AlmaLinux, Rocky Linux or RHEL"},
      {os_of("amzn", "2"), "2026-11-28", Severity::high,
       "Amazon Linux 2 is no longer supported since 2026-06-30",
       "move to Amazon Linux 2023 (supported until 2029-06-30) or newer"},
      {os_of("sles", "15.6"), "2026-11-28", Severity::high,
       "SUSE Linux Enterprise Server 15.6 is no longer supported since 2025-12-31",
       "move to SUSE Linux Enterprise Server 15.7 (supported until 2031-07-31) or newer; or take "
       "up SUSE's LTSS, until 2028-12-31: it takes a subscription to LTSS"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.os.id + " " + c.os.version + " on " + c.day);
    const Judged judged = judge(c.os, at(c.day));
    ASSERT_EQ(judged.findings.size(), 1u);
    const Finding& finding = judged.findings[0];
    EXPECT_EQ(finding.kind, FindingKind::support);
    EXPECT_EQ(finding.rule, "os-release-ended");
    EXPECT_EQ(finding.id, "os-release-ended@" + c.os.id + ":" + c.os.version);
    EXPECT_EQ(finding.severity, c.severity);
    EXPECT_EQ(finding.title, c.title);
    EXPECT_EQ(finding.remediation, c.remediation);
    ASSERT_EQ(finding.locations.size(), 1u);
    EXPECT_EQ(finding.locations[0].path, "/etc/os-release");
    EXPECT_EQ(finding.references.size(), 1u);
  }
  const Judged debian = judge(os_of("debian", "11"), at("2026-11-28"));
  EXPECT_TRUE(debian.findings[0].detail.starts_with(
      "Of Debian 11, general support ended on 2024-08-14, Debian LTS ended on 2026-08-31, "
      "Freexian's ELTS goes on until 2031-06-30 (it takes a contract, and its repository)."))
      << debian.findings[0].detail;
}

}  // namespace
}  // namespace bulkhead::match
