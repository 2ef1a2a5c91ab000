#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/advisory/osv_ranges.h"

namespace bulkhead::advisory {
namespace {

using Kind = OsvEvent::Kind;
using Texts = std::vector<std::string>;

std::string flat(const std::vector<VersionRange>& ranges) {
  std::string text;
  for (const VersionRange& range : ranges) {
    text += fmt::format("[{},{}{}{}", range.introduced, range.fixed,
                        range.last_affected.empty() ? "" : "=" + range.last_affected, ")");
  }
  return text;
}

TEST(OsvRanges, PairEventsInAnyOrder) {
  struct Row {
    std::vector<OsvEvent> events;
    const char* scheme;
    const char* want;
    const char* why;
  };
  const Row rows[] = {
      {{{Kind::introduced, "0"}, {Kind::fixed, "1.2"}}, "deb", "[0,1.2)", "the usual"},
      {{{Kind::introduced, "0"}}, "deb", "[0,)", "no fix yet"},
      {{{Kind::introduced, "1"}, {Kind::last_affected, "2"}}, "deb", "[1,=2)", "last affected"},
      {{{Kind::fixed, "2.10"},
        {Kind::introduced, "2.9"},
        {Kind::fixed, "1.2"},
        {Kind::introduced, "0"}},
       "deb",
       "[0,1.2)[2.9,2.10)",
       "backwards, by version and not by letters"},
      {{{Kind::introduced, "3.0.0"},
        {Kind::introduced, "1.0.0"},
        {Kind::fixed, "1.5.0"},
        {Kind::fixed, "3.1.0"}},
       "semver",
       "[1.0.0,1.5.0)[3.0.0,3.1.0)",
       "starts first, then ends"},
      {{{Kind::introduced, "0"},
        {Kind::fixed, "1.0.0"},
        {Kind::introduced, "1.0.0"},
        {Kind::fixed, "2.0.0"}},
       "semver",
       "[0,1.0.0)[1.0.0,2.0.0)",
       "one ends where the next begins"},
      {{{Kind::introduced, "1.0.0"}, {Kind::fixed, "1.0.0"}}, "semver", "[1.0.0,1.0.0)", "empty"},
      {{{Kind::introduced, "0"}, {Kind::fixed, "2.0.0"}, {Kind::fixed, "1.0.0"}},
       "semver",
       "[0,1.0.0)",
       "of two fixes the first in order ends it"},
      {{{Kind::last_affected, "1"}, {Kind::introduced, "1"}}, "deb", "[1,=1)", "one version"},
      {{{Kind::introduced, "0"}, {Kind::limit, "5"}}, "deb", "[0,5)", "a limit ends an open range"},
      {{{Kind::introduced, "0"}, {Kind::limit, "*"}}, "deb", "[0,)", "no limit"},
      {{{Kind::introduced, "0"}, {Kind::limit, "3"}, {Kind::limit, "5"}},
       "deb",
       "[0,5)",
       "the highest"},
      {{{Kind::introduced, "0"}, {Kind::fixed, "2"}, {Kind::introduced, "7"}, {Kind::limit, "5"}},
       "deb",
       "[0,2)",
       "what begins past the limit"},
      {{{Kind::introduced, "0"}, {Kind::fixed, "9"}, {Kind::limit, "5"}},
       "deb",
       "[0,5)",
       "ends past it"},
      {{{Kind::introduced, "0"}, {Kind::last_affected, "5"}, {Kind::limit, "5"}},
       "deb",
       "[0,5)",
       "the limit itself is not affected"},
      {{{Kind::introduced, "0"}, {Kind::fixed, "b"}, {Kind::introduced, "c"}},
       nullptr,
       "[0,b)[c,)",
       "without an order: as stored"},
      {{{Kind::fixed, "b"}, {Kind::introduced, "a"}},
       nullptr,
       "[a,b)",
       "without an order, backwards"},
      {{{Kind::introduced, "0"}, {Kind::fixed, "not semver"}},
       "semver",
       "[0,not semver)",
       "what the scheme refuses is taken as stored"},
      {{{Kind::fixed, "1"}}, "deb", "", "no beginning"},
      {{}, "deb", "", "nothing"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const version::Scheme* scheme =
        row.scheme == nullptr ? nullptr : version::find_scheme(row.scheme);
    EXPECT_EQ(flat(ranges_of_events(row.events, scheme)), row.want);
  }
}

std::string record(std::string_view head, std::string_view affected) {
  return fmt::format(R"({{"id":"X-1","modified":"2024-01-02T03:04:05Z",{}"affected":[{}]}})", head,
                     affected);
}

std::string affected(std::string_view ecosystem, std::string_view rest = "") {
  return fmt::format(R"({{"package":{{"ecosystem":"{}","name":"pkg"}},"ranges":[{{"type":)"
                     R"("ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"1.0-1"}}]}}]{}}})",
                     ecosystem, rest);
}

TEST(Osv, ReadsARecord) {
  Collector collector;
  ASSERT_EQ(collector.read(R"({"schema_version":"1.7.0","id":"GHSA-aaaa-bbbb-cccc",
    "modified":"2024-01-02T03:04:05Z","published":"2023-05-06T00:00:00Z",
    "aliases":["CVE-2023-5","PYSEC-2023-7"],"summary":"A title","details":"Words",
    "references":[{"type":"WEB","url":"https://example.org/a"},{"type":"FIX","url":"https://example.org/a"}],
    "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},
                {"type":"CVSS_V2","score":"not a vector"}],
    "affected":[{"package":{"ecosystem":"PyPI","name":"aim"},
      "ranges":[{"type":"GIT","repo":"https://example.org/r","events":[{"introduced":"0"}]},
                {"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"3.1.0"}]}],
      "versions":["2.0","3.0"]}],
    "database_specific":{"severity":"MODERATE"}})"),
            "osv");
  ASSERT_EQ(collector.records.size(), 1u);
  EXPECT_TRUE(collector.notes.empty());
  const auto& [feed, advisory] = collector.records[0];
  EXPECT_EQ(feed, (FeedKey{"osv/PyPI", "PyPI"}));
  EXPECT_EQ(advisory.id, "GHSA-aaaa-bbbb-cccc");
  EXPECT_EQ(advisory.cves, Texts{"CVE-2023-5"});
  EXPECT_EQ(advisory.aliases, Texts{"PYSEC-2023-7"});
  EXPECT_EQ(advisory.title, "A title");
  EXPECT_EQ(advisory.detail, "Words");
  EXPECT_EQ(advisory.references, Texts{"https://example.org/a"});
  EXPECT_EQ(advisory.published_unix_s, 1683331200);
  EXPECT_EQ(advisory.modified_unix_s, 1704164645);
  EXPECT_EQ(advisory.severity, Severity::medium);
  ASSERT_EQ(advisory.cvss.size(), 1u);
  EXPECT_EQ(advisory.cvss[0].source, "GHSA");
  EXPECT_DOUBLE_EQ(advisory.cvss[0].score, 9.8);
  ASSERT_EQ(advisory.affected.size(), 1u);
  EXPECT_EQ(advisory.affected[0].name, "aim");
  EXPECT_EQ(flat(advisory.affected[0].ranges), "[0,3.1.0)");
  EXPECT_EQ(advisory.affected[0].versions, (Texts{"2.0", "3.0"}));
  EXPECT_EQ(advisory.affected[0].fix_state, FixState::fixed);
}

TEST(Osv, FindsTheCves) {
  struct Row {
    const char* head;
    const char* ecosystem;
    Texts want;
    const char* why;
  };
  const Row rows[] = {
      {R"("upstream":["CVE-2020-1","CVE-2020-2"],)",
       "Debian:11",
       {"CVE-2020-1", "CVE-2020-2"},
       "upstream"},
      {R"("aliases":["cve-2020-1"],"upstream":["CVE-2020-1"],)", "npm", {"CVE-2020-1"}, "once"},
      {R"("upstream":["UBUNTU-CVE-2020-9"],)",
       "Ubuntu:22.04:LTS",
       {"CVE-2020-9"},
       "a distribution's name"},
      {R"("related":["CVE-2020-3"],)", "AlmaLinux:8", {"CVE-2020-3"}, "related of a distribution"},
      {R"("related":["CVE-2020-3"],)", "npm", {}, "related of a language is another thing"},
      {R"("aliases":["CVE-2020-1"],"related":["CVE-2020-3"],)",
       "AlmaLinux:8",
       {"CVE-2020-1"},
       "related is not asked where others name one"},
      {R"("aliases":null,"related":null,)", "Debian:11", {}, "null lists"},
      {R"("aliases":[1,{},"CVE-2020-4"],)", "npm", {"CVE-2020-4"}, "wrong types in a list"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Collector collector;
    ASSERT_EQ(collector.read(record(row.head, affected(row.ecosystem))), "osv");
    ASSERT_EQ(collector.records.size(), 1u);
    EXPECT_EQ(collector.records[0].second.cves, row.want);
  }
  Collector collector;
  ASSERT_TRUE(
      collector.read(R"({"id":"ALPINE-CVE-2023-1","modified":"0001-01-01T00:00:00Z","affected":[)" +
                     affected("Alpine:v3.18") + "]}"));
  EXPECT_EQ(collector.records.at(0).second.cves, Texts{"CVE-2023-1"});
  EXPECT_EQ(collector.records.at(0).second.id, "ALPINE-CVE-2023-1");
  EXPECT_EQ(collector.records.at(0).second.modified_unix_s, 0);
}

TEST(Osv, ReadsSeverityAndFixState) {
  struct Row {
    const char* ecosystem;
    const char* rest;
    Severity severity;
    FixState fix_state;
    const char* why;
  };
  const Row rows[] = {
      {"Debian:12", "", Severity::unknown, FixState::fixed, "a fix"},
      {"Debian:12", R"(,"ranges":[])", Severity::unknown, FixState::fixed, "the first key counts"},
      {"Debian:12", R"(,"ecosystem_specific":{"urgency":"unimportant"})", Severity::negligible,
       FixState::fixed, "Debian's urgency"},
      {"Debian:12", R"(,"ecosystem_specific":{"urgency":"not yet assigned"})", Severity::unknown,
       FixState::fixed, "no urgency yet"},
      {"Ubuntu:22.04:LTS", R"(,"ecosystem_specific":{"ubuntu_priority":"medium"})",
       Severity::medium, FixState::fixed, "Ubuntu's priority"},
      {"Ubuntu:22.04:LTS", R"(,"severity":[{"type":"Ubuntu","score":"low"}])", Severity::low,
       FixState::fixed, "Ubuntu's newer priority"},
      {"Bitnami", R"(,"database_specific":{"severity":"Critical"})", Severity::critical,
       FixState::fixed, "the database's word"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Collector collector;
    ASSERT_TRUE(collector.read(record("", affected(row.ecosystem, row.rest))));
    ASSERT_EQ(collector.records.size(), 1u);
    EXPECT_EQ(collector.records[0].second.affected[0].severity, row.severity);
    EXPECT_EQ(collector.records[0].second.affected[0].fix_state, row.fix_state);
  }
  const auto open = [](std::string_view rest) {
    Collector collector;
    EXPECT_TRUE(collector.read(record(
        "", fmt::format(R"({{"package":{{"ecosystem":"Debian:12","name":"p"}},"ranges":[{{"type":)"
                        R"("ECOSYSTEM","events":[{{"introduced":"0"}}{}]}}],)"
                        R"("ecosystem_specific":{{"urgency":"end-of-life"}}}})",
                        rest))));
    return collector.records.at(0).second.affected.at(0);
  };
  EXPECT_EQ(open("").fix_state, FixState::end_of_life);
  EXPECT_EQ(open(R"(,{"fixed":"2"})").fix_state, FixState::fixed);
  EXPECT_EQ(open(R"(,{"fixed":"0"})").status, AffectedStatus::not_affected);
}

TEST(Osv, GoesToEachEcosystemItNames) {
  Collector collector;
  ASSERT_TRUE(collector.read(record("", affected("Debian:11") + "," + affected("Debian:12") + "," +
                                            affected("Debian:11", R"(,"versions":["2.0-1"])") +
                                            "," + affected("Debian:11"))));
  ASSERT_EQ(collector.records.size(), 2u);
  EXPECT_EQ(collector.records[0].first.name, "osv/Debian:11");
  EXPECT_EQ(collector.records[0].second.affected.size(), 2u) << "the repetition is dropped";
  EXPECT_EQ(collector.records[1].first.name, "osv/Debian:12");
  EXPECT_EQ(collector.records[1].second.affected.size(), 1u);
}

TEST(Osv, KnowsTheNamesAndModulesOfRpms) {
  struct Row {
    std::string_view title, ecosystem, fixed;
    std::string want;  // ecosystem, kind of name, module, fix
    std::string_view why;
  };
  const Row rows[] = {
      {"Important: nodejs:18 security update", "AlmaLinux:8", "0:18.1-1.module_el8.7.0+1+2",
       "AlmaLinux:8 binary nodejs:18 18.1-1.module_el8.7.0+1+2", "the title names the stream"},
      {"Important: nodejs:18 security update", "Rocky Linux:8", "1:18.1-1.el8",
       "Rocky Linux:8 source  1:18.1-1.el8", "not a build of a module"},
      {"virt:rhel and virt-devel:rhel update", "AlmaLinux:8", "1-1.module_el8.7.0+1+2",
       "AlmaLinux:8 binary  1-1.module_el8.7.0+1+2", "of two modules it cannot be told"},
      {"Important: go-toolset update", "AlmaLinux:8", "1-1.module+el8+1+2",
       "AlmaLinux:8 binary  1-1.module+el8+1+2", "no stream"},
      {"", "Red Hat:enterprise_linux:9::appstream", "0:1-1.el9", "Red Hat:9 binary  1-1.el9",
       "no title"},
      {":x y: z:", "AlmaLinux:8", "1-1.module_el8.7.0+1+2",
       "AlmaLinux:8 binary  1-1.module_el8.7.0+1+2", "colons alone"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Collector collector;
    ASSERT_TRUE(collector.read(fmt::format(
        R"({{"id":"X-1","modified":"2024-01-02T03:04:05Z","summary":"{}","affected":[{{"package":)"
        R"({{"ecosystem":"{}","name":"p"}},"ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced")"
        R"(:"0"}},{{"fixed":"{}"}}]}}]}}]}})",
        row.title, row.ecosystem, row.fixed)));
    ASSERT_EQ(collector.records.size(), 1u);
    const AffectedPackage& got = collector.records[0].second.affected.at(0);
    EXPECT_EQ(fmt::format("{} {} {} {}", got.ecosystem,
                          got.names == NameKind::binary ? "binary" : "source", got.module,
                          got.ranges.at(0).fixed),
              row.want);
  }
}

TEST(Osv, KnowsWhatIsMalicious) {
  for (const std::string_view id : {"MAL-2024-1", "GHSA-1"}) {
    Collector collector;
    ASSERT_TRUE(collector.read(
        fmt::format(R"({{"id":"{}","modified":"2024-01-02T03:04:05Z","affected":[{}]}})", id,
                    affected("npm"))));
    EXPECT_EQ(collector.records.at(0).second.is_malicious, id.starts_with("MAL-"));
  }
}

TEST(Osv, CountsWithdrawnAndNotesBadRecords) {
  Collector collector;
  ASSERT_TRUE(collector.read(record(R"("withdrawn":"2024-01-01T00:00:00Z",)", affected("npm"))));
  EXPECT_EQ(collector.withdrawn_count, 1);
  EXPECT_TRUE(collector.records.empty());

  struct Row {
    std::string text;
    const char* why;
  };
  const Row bad[] = {
      {R"({"modified":"2024-01-01T00:00:00Z","affected":[]})", "no id"},
      {R"({"id":7,"modified":"2024-01-01T00:00:00Z","affected":[]})", "an id that is no text"},
      {"{\"id\":\"A\",\"affected\":[\"\xff\"]}", "not UTF-8"},
      {R"({"id":"A","affected":[1,}]})", "not JSON inside"},
  };
  for (const Row& row : bad) {
    SCOPED_TRACE(row.why);
    const auto read = collector.read(row.text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Code::malformed);
  }
  const Row half[] = {
      {record("", affected("npm") + R"(,{"package":{"name":"x"}})"), "a package without ecosystem"},
      {record(
           "",
           affected("npm") +
               R"(,{"package":{"ecosystem":"npm","name":"x"},"ranges":[{"type":"NEW","events":[]}]})"),
       "an unknown type of range"},
      {record("",
              affected("npm") +
                  R"(,{"package":{"ecosystem":"npm","name":"x"},"ranges":[{"type":"SEMVER"}]})"),
       "a range without events"},
  };
  for (const Row& row : half) {
    SCOPED_TRACE(row.why);
    Collector kept;
    ASSERT_TRUE(kept.read(row.text));
    EXPECT_EQ(kept.notes.size(), 1u);
    ASSERT_EQ(kept.records.size(), 1u);
    EXPECT_EQ(kept.records[0].second.affected.size(), 1u) << "the good package is kept";
  }
  std::string many = affected("E0");
  for (int i = 1; i <= 1000; ++i) many += "," + affected("E" + std::to_string(i));
  Collector none;
  const auto read = none.read(record("", many));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::limit_exceeded);
  EXPECT_TRUE(none.records.empty());
}

}  // namespace
}  // namespace bulkhead::advisory
