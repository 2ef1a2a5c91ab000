#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/advisory/import.h"
#include "bulkhead/advisory/scratch_test.h"
#include "bulkhead/base/run_context.h"

namespace bulkhead::advisory {
namespace {

const std::string kList =
    "[29 Mar 2023] DSA-5380-1 xorg-server - security update\n"
    "\t{CVE-2023-1393 CVE-2023-1394 }\n"
    "\t[bullseye] - xorg-server 2:1.20.11-1+deb11u6\n"
    "\t[buster] - xorg-server <not-affected> (Vulnerable code not present)\n"
    "\tNOTE: for people\n"
    "[August 26th, 2005] DTSA-1-1 kismet - various\n"
    "\t[etch] - kismet 2005.08.R1-0.1etch1 (bug #1; high)\n";

TEST(DebianLists, GiveARecordForEachRelease) {
  Collector found;
  ASSERT_EQ(found.read(kList).value(), "debian-dsa");
  ASSERT_EQ(found.records.size(), 3u);
  EXPECT_EQ(found.records[0].first, (FeedKey{"debian-dsa/Debian:10", "Debian:10"}));
  EXPECT_EQ(found.records[1].first, (FeedKey{"debian-dsa/Debian:11", "Debian:11"}));
  const Advisory& first = found.records[1].second;
  EXPECT_EQ(first.id, "DSA-5380-1");
  EXPECT_EQ(first.title, "xorg-server - security update");
  EXPECT_EQ(first.cves, (std::vector<std::string>{"CVE-2023-1393", "CVE-2023-1394"}));
  EXPECT_EQ(first.published_unix_s, 1680048000);
  ASSERT_EQ(first.affected.size(), 1u);
  EXPECT_EQ(first.affected[0].ecosystem, "Debian:11");
  EXPECT_EQ(first.affected[0].name, "xorg-server");
  EXPECT_EQ(first.affected[0].names, NameKind::source);
  EXPECT_EQ(first.affected[0].ranges,
            (std::vector<VersionRange>{{.fixed = "2:1.20.11-1+deb11u6"}}));
  EXPECT_EQ(first.affected[0].fix_state, FixState::fixed);
  EXPECT_EQ(found.records[0].second.affected[0].status, AffectedStatus::not_affected);
  const Advisory& old = found.records[2].second;
  EXPECT_EQ(found.records[2].first.ecosystem, "Debian:4");
  EXPECT_EQ(old.published_unix_s, 1125014400);
  EXPECT_EQ(old.affected[0].severity, Severity::high);
  EXPECT_TRUE(old.cves.empty());
  EXPECT_TRUE(found.notes.empty());
}

TEST(DebianLists, ReadEachState) {
  struct Case {
    const char* why;
    const char* line;
    bool is_kept;
    AffectedStatus status = AffectedStatus::affected;
    FixState fix = FixState::unknown;
    std::size_t ranges = 0;
  };
  constexpr AffectedStatus kAffected = AffectedStatus::affected;
  const Case cases[] = {
      {"a version", "[sid] - a 1.0", true, kAffected, FixState::fixed, 1},
      {"two spaces", "[sid]  -  a  1.0 ", true, kAffected, FixState::fixed, 1},
      {"not mended", "[sid] - a <unfixed>", true, kAffected, FixState::not_fixed, 1},
      {"no longer served", "[sid] - a <end-of-life> (old)", true, kAffected, FixState::end_of_life,
       1},
      {"never had it", "[sid] - a <not-affected>", true, AffectedStatus::not_affected},
      {"an unknown mark", "[sid] - a <other>", false},
      {"no version", "[sid] - a", false},
      {"no package", "[sid] -", false},
      {"no release", "- a 1.0", false},
      {"no dash", "[sid] a 1.0", false},
      {"an open bracket", "[sid - a 1.0", false},
      {"words", "see there", false},
  };
  for (const Case& c : cases) {
    Collector found;
    ASSERT_TRUE(found.read("[01 Jan 2023] DLA-1-1 a\n\t[etch] - b 1\n\t" + std::string(c.line)))
        << c.why;
    ASSERT_EQ(found.records.size(), c.is_kept ? 2u : 1u) << c.why;
    EXPECT_EQ(found.notes.size(), c.is_kept ? 0u : 1u) << c.why;
    if (!c.is_kept) {
      EXPECT_EQ(found.notes[0].what, "debian-dsa: 1 line is not understood, the first is line 3")
          << c.why;
      continue;
    }
    const AffectedPackage& affected = found.records[1].second.affected.at(0);
    EXPECT_EQ(affected.status, c.status) << c.why;
    EXPECT_EQ(affected.fix_state, c.fix) << c.why;
    EXPECT_EQ(affected.ranges.size(), c.ranges) << c.why;
  }
}

TEST(DebianLists, TellWhatNamesNoPackage) {
  Collector found;
  ASSERT_TRUE(
      found.read("[18 Apr 2018] DSA-4205-1 jessie end-of-life\n\tNOTE: end of support\n" + kList));
  EXPECT_EQ(found.records.size(), 3u);
  ASSERT_EQ(found.notes.size(), 1u);
  EXPECT_EQ(found.notes[0].code, Code::unsupported);
  EXPECT_EQ(found.notes[0].what,
            "debian-dsa: 1 announcement names no package, the first is DSA-4205-1");
}

TEST(DebianLists, ArePartsOfAFeed) {
  const Scratch scratch;
  scratch.put("in/DSA/list", kList);
  scratch.put("in/DLA/list", "[01 Apr 2023] DLA-1-1 a - b\n\t{CVE-2023-1}\n\t[bullseye] - a 1\n");
  scratch.put("in/copy", kList);
  const auto result = import_paths(scratch.path("store"), {scratch.path("in")}, quiet_context());
  ASSERT_TRUE(result) << describe(result.error());
  std::map<std::string, std::uint64_t> records;
  for (const FeedInfo& feed : result->feeds) records[feed.name] = feed.records;
  EXPECT_EQ(records, (std::map<std::string, std::uint64_t>{{"debian-dsa/Debian:10", 1},
                                                           {"debian-dsa/Debian:11", 2},
                                                           {"debian-dsa/Debian:4", 1}}));
}

TEST(DebianLists, SurviveCutsAndFlips) {
  for (std::size_t i = 0; i < kList.size(); ++i) {
    Collector cut;
    (void)cut.read(kList.substr(0, i));
    EXPECT_LE(cut.records.size(), 3u) << "cut at " << i;
    std::string flipped = kList;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x15);
    Collector other;
    (void)other.read(flipped);
    EXPECT_LE(other.records.size(), 4u) << "flipped at " << i;
  }
}

TEST(DebianLists, ReadTheRealOnes) {
  const std::filesystem::path data = std::filesystem::path(BULKHEAD_SOURCE_DIR) /
                                     "../shared/advisories/debian-dsa-dla-lists.tar.zst";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << data << " is not there";
  const Scratch scratch;
  const auto result = import_paths(scratch.path("store"), {data.string()}, quiet_context());
  ASSERT_TRUE(result) << describe(result.error());
  ASSERT_FALSE(result->formats.empty());
  const FormatTally& tally = result->formats.front();
  EXPECT_EQ(tally.format, "debian-dsa");
  EXPECT_EQ(tally.documents, 3u);
  std::uint64_t bullseye = 0;
  for (const FeedInfo& feed : result->feeds) {
    if (feed.ecosystem == "Debian:11") bullseye = feed.records;
  }
  EXPECT_EQ(bullseye, 410u);
  std::vector<std::string> bad;
  for (const Note& note : result->notes) {
    if (note.what.contains("not understood")) bad.push_back(note.what);
  }
  // DSA-423 has the package's name where its version belongs.
  EXPECT_EQ(bad, std::vector<std::string>{
                     "debian-dsa: 1 line is not understood, the first is line 17244"});
}

}  // namespace
}  // namespace bulkhead::advisory
