#include "bulkhead/match/statement.h"

#include <set>

#include <gtest/gtest.h>

namespace bulkhead::match {
namespace {

using advisory::Statement;

const version::Scheme& rpm() { return *version::find_scheme("rpm"); }

Package libuuid() {
  Package p;
  p.type = PackageType::rpm;
  p.name = "libuuid";
  p.version = "1:2.32-5.el8";  // unlike its source, so that a mix-up shows
  p.source_name = "util-linux";
  p.source_version = "2.32-5.el8";
  p.architecture = "x86_64";
  return p;
}

Statement says(std::string name, NameKind names, std::string fixed) {
  Statement s;
  s.feed = "osv/AlmaLinux:8";
  s.advisory_id = "ALSA-1";
  s.cves = {"CVE-2024-1"};
  s.affected.name = std::move(name);
  s.affected.names = names;
  s.affected.ranges = {{.fixed = std::move(fixed)}};
  return s;
}

Statement binary(std::string fixed) { return says("libuuid", NameKind::binary, std::move(fixed)); }
Statement source(std::string fixed) {
  return says("util-linux", NameKind::source, std::move(fixed));
}

template <class Change>
Statement with(Statement s, Change change) {
  change(s);
  return s;
}

struct Row {
  Statement statement;
  Reason want;
  std::string_view why;
};

TEST(Statement, SaysWhyItDoesNotHold) {
  const Row rows[] = {
      {binary("1:2.32-6.el8"), Reason::affected, "below the fix"},
      {binary("1:2.32-5.el8"), Reason::at_or_above_fix, "at the fix"},
      {binary("2.40-1.el8"), Reason::at_or_above_fix, "a missing epoch is 0"},
      {source("2.32-6.el8"), Reason::affected, "the source's version, below the fix"},
      {source("2.32-5.el8"), Reason::at_or_above_fix, "the source's version, at the fix"},
      {source("1:1.0-1.el8"), Reason::affected, "the source has no epoch"},
      {says("libuuid", NameKind::source, "9-9.el8"), Reason::other_name,
       "a source that is called like this binary"},
      {says("util-linux", NameKind::binary, "9-9.el8"), Reason::other_name,
       "a binary that is called like its source"},
      {with(binary("9-9.el8"), [](Statement& s) { s.affected.architectures = {"aarch64"}; }),
       Reason::other_architecture, "another architecture"},
      {with(binary("1:9-9.el8"),
            [](Statement& s) { s.affected.architectures = {"aarch64", "x86_64"}; }),
       Reason::affected, "this one, too"},
      {with(binary("1:9-9.el8"), [](Statement& s) { s.affected.architectures = {"noarch"}; }),
       Reason::affected, "noarch is all of them"},
      {binary("1:9-9.module_el8.5.0+1+2"), Reason::other_module, "a module's fix"},
      {binary("1:9-9.el9"), Reason::other_release, "a build for another release"},
      {binary("2:9-9.ksplice1.el8"), Reason::other_release, "a build for programs that run on"},
      {binary("10:9-9.el8_fips"), Reason::other_release, "a certified build"},
      {binary("1:9-9.el8_4.2"), Reason::affected, "a minor release of this one"},
      {binary("1:9-9"), Reason::affected, "no release in it"},
      {with(binary("1:9-9.el8"),
            [](Statement& s) {
              s.cves.clear();
              s.advisory_id = "ALBA-1";
            }),
       Reason::not_security, "a bug fix"},
      {with(binary("1:9-9.el8"), [](Statement& s) { s.advisory_id = "ALBA-1"; }), Reason::affected,
       "a bug fix of a CVE"},
      {with(binary("1:9-9.el8"), [](Statement& s) { s.affected.ranges[0].introduced = "1:3-1"; }),
       Reason::before_introduction, "before the fault came"},
      {with(binary(""),
            [](Statement& s) {
              s.affected.ranges.clear();
              s.affected.versions = {"1:1-1"};
            }),
       Reason::not_listed, "other versions are listed"},
      {with(binary(""), [](Statement& s) { s.affected.status = AffectedStatus::not_affected; }),
       Reason::not_affected, "the publisher denies"},
      {with(binary(""), [](Statement& s) { s.affected.status = AffectedStatus::undetermined; }),
       Reason::undetermined, "the publisher has not decided"},
      {binary(""), Reason::affected, "every version, no fix"},
  };
  const Package package = libuuid();
  const Subject subject{package, rpm(), "8", {}, {}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const Result<Verdict> verdict = judge_statement(subject, row.statement);
    ASSERT_TRUE(verdict);
    EXPECT_EQ(reason_name(verdict->reason), reason_name(row.want));
  }
}

TEST(Statement, NamesTheEndThatDecided) {
  const Package package = libuuid();
  const Subject subject{package, rpm(), "8", {}, {}};
  EXPECT_EQ(judge_statement(subject, binary("1:2.32-5.el8"))->decided_by, "1:2.32-5.el8");
  EXPECT_EQ(judge_statement(subject, binary("1:9-9.el8"))->decided_by, "1:9-9.el8");
  EXPECT_EQ(judge_statement(subject, binary("1:9-9.el9"))->decided_by, "1:9-9.el9");
  const Statement later =
      with(binary("1:9-9.el8"), [](Statement& s) { s.affected.ranges[0].introduced = "1:3-1"; });
  EXPECT_EQ(judge_statement(subject, later)->decided_by, "1:3-1");
}

TEST(Statement, CountsReleasesOnlyWhereTheSystemHasThem) {
  const Package package = libuuid();
  const Subject fedora{package, rpm(), {}, {}, {}};
  EXPECT_EQ(judge_statement(fedora, binary("1:9-9.el9"))->reason, Reason::affected);
}

TEST(Statement, HoldsRebuiltModulesByWhatStandsBeforeTheirMark) {
  Package package = libuuid();
  package.rpm = std::make_shared<const RpmOrigin>(RpmOrigin{"a:1", {}});
  package.version = "1-5.module_el8.4.0+645+1";  // its builds are numbered in another way
  const auto reason = [&](bool is_rebuild, std::string fixed) {
    Statement s = binary(std::move(fixed));
    s.affected.module = "a:1";
    return judge_statement({package, rpm(), "8", {}, {}, is_rebuild}, s)->reason;
  };
  EXPECT_EQ(reason(true, "1-5.module+el8.4.0+9003+2"), Reason::at_or_above_fix);
  EXPECT_EQ(reason(false, "1-5.module+el8.4.0+9003+2"), Reason::affected);
  EXPECT_EQ(reason(true, "1-6.module+el8.4.0+9003+2"), Reason::affected);
}

TEST(Statement, HasEachReasonsName) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Reason::uncomparable); ++i) {
    names.insert(reason_name(static_cast<Reason>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Reason::uncomparable) + 1);
}

std::string reasons(const Package& package, const std::vector<Statement>& statements) {
  std::string text;
  for (const Judgement& j : judge_all({package, rpm(), "8", {}, {}}, statements)) {
    text.append(text.empty() ? "" : " ").append(reason_name(j.verdict.reason));
  }
  return text;
}

TEST(Statement, TakesOneOfAnErratumsBuildsForTheFix) {
  const auto of = [](Statement s, std::string feed, std::string id) {
    s.feed = std::move(feed);
    s.advisory_id = std::move(id);
    return s;
  };
  const Package package = libuuid();  // 1:2.32-5.el8
  EXPECT_EQ(reasons(package, {binary("1:2.32-5.el8"), binary("1:2.32-7.el8")}),
            "at-or-above-fix other-fix");
  EXPECT_EQ(reasons(package, {binary("1:2.32-6.el8"), binary("1:2.32-7.el8")}),
            "affected affected");
  EXPECT_EQ(reasons(package, {binary("1:2.32-5.el8"), of(binary("1:9-1.el8"), "osv", "ALSA-2")}),
            "at-or-above-fix affected")
      << "another erratum";
  EXPECT_EQ(reasons(package, {of(binary("1:2.32-5.el8"), "vex", "CVE-2024-1"),
                              of(binary("1:9-1.el8"), "vex", "CVE-2024-1")}),
            "at-or-above-fix affected")
      << "a CVE that was mended twice";
  EXPECT_EQ(reasons(package, {binary("1:2.32-5.el8"), binary("")}), "at-or-above-fix affected")
      << "no fix at all is no other build";
}

TEST(Statement, KeepsARefusedVersionApart) {
  Package package = libuuid();
  package.version = "not a version";
  const std::vector<Statement> statements = {binary("1-1.el8"), binary("")};
  const std::vector<Judgement> got = judge_all({package, rpm(), "8", {}, {}}, statements);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].verdict.reason, Reason::uncomparable);
  EXPECT_TRUE(got[0].refusal);
  EXPECT_EQ(got[1].verdict.reason, Reason::affected) << "every version";
}

TEST(Statement, TakesARefusedVersionThatIsListed) {
  const version::Scheme& pypi = *version::find_scheme("pypi");
  AffectedPackage affected{"PyPI", "cherrypy", {{"0", "2.1.1", ""}}, {"2.0.0-final"}};
  const auto listed = judge(pypi, affected, "2.0.0-final", "");
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->reason, Reason::affected);
  EXPECT_EQ(listed->fixed_version, "2.1.1");
  EXPECT_FALSE(judge(pypi, affected, "2.1.0-final", "")) << "nobody can tell";
}

TEST(Statement, HoldsBuildsOfAKindAgainstTheirOwn) {
  Package package = libuuid();
  package.version = "2:2.32-5.ksplice1.el8";
  const Subject subject{package, rpm(), "8", {}, {}};
  EXPECT_EQ(judge_statement(subject, binary("2:2.32-6.ksplice1.el8")).value().reason,
            Reason::affected);
  EXPECT_EQ(judge_statement(subject, binary("2:2.32-5.ksplice1.el8")).value().reason,
            Reason::at_or_above_fix);
  EXPECT_EQ(judge_statement(subject, binary("2:9-9.el8")).value().reason, Reason::other_release);
  EXPECT_EQ(judge_statement(subject, binary("10:9-9.el8_fips")).value().reason,
            Reason::other_release);
}

}  // namespace
}  // namespace bulkhead::match
