#include "bulkhead/match/join.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace bulkhead::match {
namespace {

using advisory::Statement;

const version::Scheme& deb() { return *version::find_scheme("deb"); }

JoinResult join(std::string_view version, std::span<const Statement> statements) {
  Package package;
  package.name = "openssl";
  package.version = version;
  return join_statements({package, deb()}, statements);
}

/// A statement about one package of one release; fields are changed by name where a case needs it.
Statement says(std::string feed, std::string id, std::vector<std::string> cves,
               std::vector<VersionRange> ranges) {
  Statement s;
  s.feed = std::move(feed);
  s.advisory_id = std::move(id);
  s.cves = std::move(cves);
  s.affected.ecosystem = "Debian:11";
  s.affected.name = "openssl";
  s.affected.ranges = std::move(ranges);
  return s;
}

Statement fixed_in(std::string version, std::string feed = "tracker", std::string id = "CVE-1") {
  return says(std::move(feed), std::move(id), {"CVE-1"}, {{.fixed = std::move(version)}});
}

Statement unfixed(FixState state, Severity severity = Severity::unknown) {
  Statement s = says("tracker", "CVE-1", {"CVE-1"}, {{}});
  s.affected.fix_state = state;
  s.affected.severity = severity;
  return s;
}

Statement with_status(AffectedStatus status, std::string feed = "tracker",
                      std::string cve = "CVE-1") {
  Statement s = says(std::move(feed), cve, {cve}, {});
  s.affected.status = status;
  return s;
}

Statement with_versions(Statement s, std::vector<std::string> versions) {
  s.affected.versions = std::move(versions);
  return s;
}

Statement rated(Statement s, Severity own, Severity general, std::vector<Cvss> cvss = {}) {
  s.affected.severity = own;
  s.advisory_severity = general;
  s.cvss = std::move(cvss);
  return s;
}

/// "CVE-1 fixed 1.2 certain unknown", one piece a vulnerability, "; " between them.
std::string summary(const JoinResult& joined) {
  std::vector<std::string> pieces;
  for (const Vulnerability& v : joined.vulnerabilities) {
    pieces.push_back(fmt::format("{} {} {} {}", v.rule, fix_state_name(v.fix_state),
                                 v.fixed_version.empty() ? "-" : v.fixed_version,
                                 confidence_name(v.confidence)));
  }
  for (const JoinResult::Refusal& r : joined.refusals) {
    pieces.push_back("refused " + r.statement->advisory_id);
  }
  return fmt::format("{}", fmt::join(pieces, "; "));
}

struct Row {
  std::string_view installed;
  std::vector<Statement> statements;
  std::string want;
  std::string_view why;
};

void expect_rows(std::span<const Row> rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(summary(join(row.installed, row.statements)), row.want);
  }
}

TEST(Join, ComparesTheInstalledVersionWithTheFix) {
  const Row rows[] = {
      {"1.1-1", {fixed_in("1.1-2")}, "CVE-1 fixed 1.1-2 certain", "below the fix"},
      {"1.1-2", {fixed_in("1.1-2")}, "", "at the fix"},
      {"1.1-3", {fixed_in("1.1-2")}, "", "above the fix"},
      {"1.1-2~bpo11+1",
       {fixed_in("1.1-2")},
       "CVE-1 fixed 1.1-2 certain",
       "a backport's ~ is below the fix"},
      {"1.1-2", {fixed_in("1.1-2~deb11u1")}, "", "and a fix with ~ is below the version"},
      {"1:1.0-1", {fixed_in("1.1-2")}, "", "an epoch is above all without one"},
      {"9.9-1", {fixed_in("1:1.0-1")}, "CVE-1 fixed 1:1.0-1 certain", "and the other way round"},
      {"0:1.1-1", {fixed_in("1.1-2")}, "CVE-1 fixed 1.1-2 certain", "epoch 0 is none"},
      {"1.0-1",
       {says("t", "CVE-1", {"CVE-1"}, {{.introduced = "1.1-1", .fixed = "1.1-2"}})},
       "",
       "before it was introduced"},
      {"1.1-1",
       {says("t", "CVE-1", {"CVE-1"}, {{.introduced = "1.1-1", .fixed = "1.1-2"}})},
       "CVE-1 fixed 1.1-2 certain",
       "where it was introduced"},
      {"1.1-1",
       {says("t", "CVE-1", {"CVE-1"}, {{.last_affected = "1.1-1"}})},
       "CVE-1 unknown - certain",
       "the last affected one is affected"},
      {"1.1-2",
       {says("t", "CVE-1", {"CVE-1"}, {{.last_affected = "1.1-1"}})},
       "",
       "above the last affected one"},
      {"2.1-1",
       {says("t", "CVE-1", {"CVE-1"},
             {{.fixed = "1.2-1"}, {.introduced = "2.0-1", .fixed = "2.3-1"}})},
       "CVE-1 fixed 2.3-1 certain",
       "the fix of the branch that holds it"},
      {"1.5-1",
       {says("t", "CVE-1", {"CVE-1"},
             {{.fixed = "1.2-1"}, {.introduced = "2.0-1", .fixed = "2.3-1"}})},
       "",
       "between two branches"},
  };
  expect_rows(rows);
}

TEST(Join, TakesVersionsThatAreNamedOneByOne) {
  const Statement list = with_versions(says("t", "CVE-1", {"CVE-1"}, {}), {"1.0-1", "1.1-1"});
  const Statement both = with_versions(fixed_in("1.2-1"), {"1.3-1"});
  const Statement later = with_versions(
      says("t", "CVE-1", {"CVE-1"}, {{.introduced = "1.5-1", .fixed = "1.6-1"}}), {"1.3-1"});
  const Row rows[] = {
      {"1.1-1", {list}, "CVE-1 unknown - certain", "in the list"},
      {"1.2-1", {list}, "", "not in the list"},
      {"0:1.1-1", {list}, "CVE-1 unknown - certain", "the same version in another spelling"},
      {"1.3-1", {both}, "CVE-1 not_fixed - certain", "in the list, above the range: no fix known"},
      {"1.3-1", {later}, "CVE-1 fixed 1.6-1 certain", "in the list, a fix lies above"},
      {"1.1-1", {both}, "CVE-1 fixed 1.2-1 certain", "in the range, not in the list"},
  };
  // A fix that was said, but does not help this version, is none.
  std::vector<Row> changed(std::begin(rows), std::end(rows));
  changed[3].statements[0].affected.fix_state = FixState::fixed;
  expect_rows(changed);
}

TEST(Join, KeepsWhatIsKnownOfAFix) {
  const Row rows[] = {
      {"1.0-1", {unfixed(FixState::not_fixed)}, "CVE-1 not_fixed - certain", "open"},
      {"1.0-1",
       {unfixed(FixState::not_fixed, Severity::negligible)},
       "CVE-1 not_fixed - certain",
       "unimportant is still affected"},
      {"1.0-1",
       {unfixed(FixState::will_not_fix)},
       "CVE-1 will_not_fix - certain",
       "no-dsa, ignored"},
      {"1.0-1", {unfixed(FixState::deferred)}, "CVE-1 deferred - certain", "no-dsa, postponed"},
      {"1.0-1", {unfixed(FixState::end_of_life)}, "CVE-1 end_of_life - certain", "end of life"},
      {"1.0-1", {unfixed(FixState::unknown)}, "CVE-1 unknown - certain", "nothing is said"},
      {"1.0-1",
       {unfixed(FixState::deferred), fixed_in("1.2-1", "osv", "DSA-1")},
       "CVE-1 fixed 1.2-1 certain",
       "a fix is the most that can be known"},
      {"1.3-1",
       {unfixed(FixState::deferred), fixed_in("1.2-1", "osv", "DSA-1")},
       "CVE-1 deferred - certain",
       "a fix that did not help does not hold"},
      {"1.0-1",
       {unfixed(FixState::deferred), unfixed(FixState::will_not_fix)},
       "CVE-1 will_not_fix - certain",
       "never is more than later"},
      {"1.0-1",
       {unfixed(FixState::will_not_fix), unfixed(FixState::end_of_life)},
       "CVE-1 end_of_life - certain",
       "end of life is the reason for never"},
      {"odd version",
       {unfixed(FixState::not_fixed)},
       "CVE-1 not_fixed - certain",
       "what holds for all versions holds for one that cannot be compared"},
  };
  expect_rows(rows);
}

TEST(Join, HearsWhoDeniesAndWhoDoubts) {
  const Statement denial = with_status(AffectedStatus::not_affected);
  const Statement doubt = with_status(AffectedStatus::undetermined);
  const Row rows[] = {
      {"1.0-1", {denial}, "", "not affected"},
      {"1.0-1", {denial, fixed_in("1.2-1", "osv", "DSA-1")}, "", "the tracker overrules a feed"},
      {"1.0-1", {fixed_in("1.2-1", "osv", "DSA-1"), denial}, "", "in any order"},
      {"1.0-1",
       {denial, fixed_in("1.2-1", "tracker")},
       "CVE-1 fixed 1.2-1 certain",
       "within one feed, affected counts"},
      {"1.0-1",
       {with_status(AffectedStatus::not_affected, "tracker", "CVE-2"),
        fixed_in("1.2-1", "osv", "DSA-1")},
       "CVE-1 fixed 1.2-1 certain",
       "a denial of another CVE says nothing"},
      {"1.0-1",
       {denial, says("osv", "DSA-1", {"CVE-1", "CVE-2"}, {{.fixed = "1.2-1"}})},
       "CVE-2 fixed 1.2-1 certain",
       "of two CVEs only the denied one goes"},
      {"1.0-1", {doubt}, "CVE-1 unknown - possible", "undetermined"},
      {"1.0-1",
       {doubt, fixed_in("1.2-1", "osv", "DSA-1")},
       "CVE-1 fixed 1.2-1 certain",
       "certainty beats doubt"},
      {"1.3-1",
       {doubt, fixed_in("1.2-1", "osv", "DSA-1")},
       "CVE-1 unknown - possible",
       "doubt stays where the other does not hold"},
      {"1.0-1",
       {doubt, with_status(AffectedStatus::not_affected, "osv")},
       "",
       "a denial beats another feed's doubt"},
      {"1.0-1",
       {says("t", "CVE-1", {"CVE-1"}, {})},
       "",
       "affected, but no version is named: nothing to hold on to"},
  };
  expect_rows(rows);
}

TEST(Join, MakesOneVulnerabilityOfACve) {
  const Row rows[] = {
      {"1.0-1",
       {fixed_in("1.1-1"), fixed_in("1.2-1")},
       "CVE-1 fixed 1.2-1 certain",
       "listed twice: the highest fix"},
      {"1.1-1",
       {fixed_in("1.1-1"), fixed_in("1.2-1")},
       "CVE-1 fixed 1.2-1 certain",
       "a version between two fixes is affected"},
      {"1.2-1", {fixed_in("1.1-1"), fixed_in("1.2-1")}, "", "at the highest fix"},
      {"1.0-1",
       {fixed_in("1.9-1"), fixed_in("1.10-1", "osv", "DSA-1")},
       "CVE-1 fixed 1.10-1 certain",
       "highest by version, not by letters; CVE and DSA are one"},
      {"1.0-1",
       {says("osv", "DSA-1", {"CVE-1", "CVE-2"}, {{.fixed = "1.2-1"}})},
       "CVE-1 fixed 1.2-1 certain; CVE-2 fixed 1.2-1 certain",
       "an advisory of two CVEs"},
      {"1.0-1",
       {says("osv", "DSA-1", {"CVE-1", "CVE-1"}, {{.fixed = "1.2-1"}})},
       "CVE-1 fixed 1.2-1 certain",
       "an advisory that repeats a CVE"},
      {"1.0-1",
       {says("osv", "DSA-1", {}, {{.fixed = "1.2-1"}})},
       "DSA-1 fixed 1.2-1 certain",
       "an advisory without a CVE"},
      {"1.0-1",
       {says("a", "CVE-1", {}, {{.fixed = "1.2-1"}}), fixed_in("1.3-1", "b", "DSA-1")},
       "CVE-1 fixed 1.3-1 certain",
       "an advisory whose own id is the CVE"},
      {"not a version", {fixed_in("1.2-1")}, "refused CVE-1", "an installed version of no scheme"},
      {"1.0-1",
       {fixed_in("not a version"), fixed_in("1.2-1", "osv", "DSA-1")},
       "CVE-1 fixed 1.2-1 certain; refused CVE-1",
       "a good fix goes before a bad one"},
      {"1.0-1", {fixed_in("2.0-")}, "CVE-1 fixed 2.0- likely; refused CVE-1", "only a bad fix"},
      {"3.0-1", {fixed_in("2.0-")}, "refused CVE-1", "above a bad fix"},
      {"1.0-1", {}, "", "nothing is said"},
  };
  expect_rows(rows);
}

TEST(Join, NamesAllWhoSaySo) {
  Statement dsa = fixed_in("1.2-1", "osv/Debian:11", "DSA-1");
  dsa.aliases = {"GHSA-x", "CVE-1"};
  const std::vector<Statement> statements = {dsa, fixed_in("1.1-1", "tracker"),
                                             fixed_in("0.9-1", "old", "DSA-0")};
  const JoinResult joined = join("1.0-1", statements);
  ASSERT_EQ(joined.vulnerabilities.size(), 1u);
  const Vulnerability& v = joined.vulnerabilities[0];
  EXPECT_EQ(v.aliases, (std::vector<std::string>{"DSA-1", "GHSA-x"}));
  EXPECT_EQ(v.advisories, (std::vector<AdvisoryRef>{{"CVE-1", "1.1-1", "tracker"},
                                                    {"DSA-1", "1.2-1", "osv/Debian:11"}}));
  ASSERT_EQ(v.statements.size(), 2u);
  EXPECT_EQ(v.statements[0], &statements[0]) << "the highest fix decides";
}

TEST(Join, RatesByThePackagesOwnPublisherFirst) {
  const Cvss v2{"2.0", "AV:N", 10.0, "nvd"};
  const Cvss v31{"3.1", "CVSS:3.1/x", 5.0, "nvd"};
  const Cvss v31b{"3.1", "CVSS:3.1/y", 7.5, "vendor"};
  const Cvss v4{"4.0", "CVSS:4.0/x", 9.3, "nvd"};
  struct SeverityRow {
    std::vector<Statement> statements;
    Severity want;
    std::string_view why;
  };
  const auto own = Severity::low;
  const auto none = Severity::unknown;
  const Statement s = fixed_in("1.2-1");
  const SeverityRow rows[] = {
      {{s}, none, "nobody rates it"},
      {{rated(s, own, Severity::critical, {v31})}, own, "the package's own comes first"},
      {{rated(s, own, none), rated(s, Severity::high, none)},
       Severity::high,
       "the highest of those"},
      {{rated(s, Severity::negligible, none), rated(s, none, Severity::critical)},
       Severity::negligible,
       "own beats advisory, whoever says so"},
      {{rated(s, none, Severity::high, {v31}), rated(s, none, Severity::low)},
       Severity::high,
       "then the advisory's"},
      {{rated(s, none, none, {v2, v31})}, Severity::medium, "then CVSS: the newest version"},
      {{rated(s, none, none, {v31}), rated(s, none, none, {v31b})},
       Severity::high,
       "the highest of one version"},
      {{rated(s, none, none, {v4, v31})}, Severity::critical, "4.0 is newer than 3.1"},
  };
  for (const SeverityRow& row : rows) {
    SCOPED_TRACE(row.why);
    const JoinResult joined = join("1.0-1", row.statements);
    ASSERT_EQ(joined.vulnerabilities.size(), 1u);
    EXPECT_EQ(joined.vulnerabilities[0].severity, row.want);
  }
}

// Extended support: data of an ecosystem of its own, whose fixes are not for everybody.

const std::vector<std::string> kExtended = {"Ubuntu:Pro:16.04"};

Statement open_says(AffectedStatus status, std::string fixed) {
  Statement s = says("osv/Ubuntu:16.04", "U-1", {"CVE-1"}, {{.fixed = std::move(fixed)}});
  s.affected.ecosystem = "Ubuntu:16.04";
  s.affected.status = status;
  s.affected.fix_state = FixState::not_fixed;
  return s;
}

Statement pro_says(std::string fixed) {
  Statement s = open_says(AffectedStatus::affected, std::move(fixed));
  s.feed = "osv/Ubuntu:Pro:16.04";
  s.affected.ecosystem = kExtended.front();
  return s;
}

TEST(Join, KeepsFixesOfExtendedSupportApart) {
  struct Case {
    std::string_view installed;
    std::vector<Statement> statements;
    std::string want;  // as summary(), then the extended fix
    std::string_view why;
  };
  constexpr AffectedStatus kAffected = AffectedStatus::affected;
  const Case cases[] = {
      {"1-1", {pro_says("1-1+esm2")}, "CVE-1 not_fixed - certain | 1-1+esm2", "there alone"},
      {"1-1",
       {open_says(kAffected, ""), pro_says("1-1+esm2")},
       "CVE-1 not_fixed - certain | 1-1+esm2",
       "affected for everybody, the fix is not"},
      {"1-1",
       {open_says(kAffected, "1-2"), pro_says("1-1+esm2")},
       "CVE-1 fixed 1-2 certain | ",
       "a fix for everybody"},
      {"1-1",
       {open_says(kAffected, "1-1"), pro_says("1-1+esm2")},
       " | ",
       "everybody has the fix: nothing is missing"},
      {"1-1",
       {open_says(AffectedStatus::not_affected, ""), pro_says("1-1+esm2")},
       " | ",
       "the open data deny it"},
      {"1-1", {pro_says("")}, "CVE-1 not_fixed - certain | ", "nobody has a fix"},
      {"1-1+esm1",
       {open_says(kAffected, ""), pro_says("1-1+esm2")},
       "CVE-1 fixed 1-1+esm2 certain | ",
       "who has such packages can upgrade"},
      {"1-1+esm2", {pro_says("1-1+esm2")}, " | ", "at that fix"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.why);
    Package package;
    package.name = "openssl";
    package.version = c.installed;
    const JoinResult joined = join_statements({package, deb(), {}, kExtended, "Pro"}, c.statements);
    std::string got = summary(joined) + " | ";
    if (!joined.vulnerabilities.empty()) got += joined.vulnerabilities.front().extended_fix;
    EXPECT_EQ(got, c.want);
    if (!joined.vulnerabilities.empty()) {
      const Vulnerability& v = joined.vulnerabilities.front();
      EXPECT_EQ(v.extended_name, v.extended_fix.empty() ? "" : "Pro");
    }
  }
}

TEST(Join, SaysWhoRatedIt) {
  const auto source_of = [](std::vector<Statement> statements) {
    const JoinResult joined = join("1.1-1", statements);
    const Vulnerability& v = joined.vulnerabilities.at(0);
    return fmt::format("{} {}", severity_name(v.severity), v.severity_source);
  };
  const Cvss score{"3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, "GHSA"};
  const Statement own = rated(fixed_in("1.1-2", "own"), Severity::low, Severity::unknown);
  const Statement general =
      rated(fixed_in("1.1-2", "general"), Severity::unknown, Severity::high, {score});
  const Statement scored =
      rated(fixed_in("1.1-2", "scored"), Severity::unknown, Severity::unknown, {score});
  EXPECT_EQ(source_of({own, general, scored}), "low own");
  EXPECT_EQ(source_of({general, scored}), "high general");
  EXPECT_EQ(source_of({scored}), "critical scored (CVSS 3.1)");
  EXPECT_EQ(source_of({fixed_in("1.1-2")}), "unknown ");
  Statement evil = own;
  evil.is_malicious = true;
  EXPECT_EQ(source_of({evil, general}), "critical own");
}

}  // namespace
}  // namespace bulkhead::match
