#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/advisory/collector_test.h"

// The readers of errata that come as JSON.
namespace bulkhead::advisory {
namespace {

using Names = std::vector<std::string>;
using Ranges = std::vector<VersionRange>;

/// What every reader of these owes: a text that is cut gives nothing.
void expect_nothing_of_cuts(std::string_view whole) {
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    Collector found;
    EXPECT_FALSE(found.read(whole.substr(0, cut))) << cut;
    EXPECT_TRUE(found.records.empty()) << cut;
  }
}

std::string group(std::string_view status, std::string_view fixed,
                  std::string_view issues = "\"CVE-2024-1\"") {
  return fmt::format(
      "{{\"name\":\"AVG-7\",\"packages\":[\"glibc\",\"lib32-glibc\"],\"status\":\"{}\","
      "\"severity\":\"High\",\"type\":\"arbitrary code execution\",\"affected\":\"2.38-1\","
      "\"fixed\":{},\"ticket\":null,\"issues\":[{}],\"advisories\":[\"ASA-202310-1\"]}}",
      status, fixed, issues);
}

TEST(Arch, KeepsGroups) {
  struct Case {
    const char* status;
    const char* fixed;
    AffectedStatus want;
    FixState state;
    Ranges ranges;
  };
  const Case cases[] = {
      {"Fixed", "\"2.38-2\"", AffectedStatus::affected, FixState::fixed, {{.fixed = "2.38-2"}}},
      {"Testing", "\"2.38-2\"", AffectedStatus::affected, FixState::fixed, {{.fixed = "2.38-2"}}},
      {"Vulnerable", "null", AffectedStatus::affected, FixState::not_fixed, {{}}},
      {"Not affected", "null", AffectedStatus::not_affected, FixState::unknown, {}},
      {"Unknown", "null", AffectedStatus::undetermined, FixState::unknown, {}},
  };
  for (const Case& one : cases) {
    Collector found;
    ASSERT_EQ(found.read("[" + group(one.status, one.fixed) + "]").value(), "arch");
    ASSERT_EQ(found.records.size(), 1U) << one.status;
    const auto& [feed, record] = found.records[0];
    EXPECT_EQ(feed, (FeedKey{"arch/Arch Linux", "Arch Linux"}));
    EXPECT_EQ(found.declared, std::vector<FeedKey>{feed});
    EXPECT_EQ(record.id, "AVG-7");
    EXPECT_EQ(record.cves, Names{"CVE-2024-1"});
    EXPECT_EQ(record.aliases, Names{"ASA-202310-1"});
    ASSERT_EQ(record.affected.size(), 2U);
    EXPECT_EQ(record.affected[1].name, "lib32-glibc");
    EXPECT_EQ(record.affected[1].severity, Severity::high);
    EXPECT_EQ(record.affected[1].status, one.want) << one.status;
    EXPECT_EQ(record.affected[1].fix_state, one.state) << one.status;
    EXPECT_EQ(record.affected[1].ranges, one.ranges) << one.status;
  }
}

TEST(Arch, NotesWhatItCannotUse) {
  Collector found;
  ASSERT_TRUE(found.read("[" + group("Fixed", "null") + "," + group("Odd", "\"1-1\"") + ",7," +
                         group("Fixed", "\"2-1\"", "") + "]"));
  EXPECT_EQ(found.records.size(), 1U);
  EXPECT_TRUE(found.records[0].second.cves.empty());
  EXPECT_EQ(found.notes.size(), 3U);
  expect_nothing_of_cuts("[" + group("Fixed", "\"2-1\"") + "]");
}

std::string row(std::string_view id, std::string_view package, std::string_view fixed,
                std::string_view status, std::string_view affected = "NA") {
  return fmt::format(
      "{{\"cve_id\":\"{}\",\"pkg\":\"{}\",\"cve_score\":7.5,\"aff_ver\":\"{}\",\"res_ver\":\"{}\""
      "{}}}",
      id, package, affected, fixed,
      status.empty() ? "" : fmt::format(",\"status\":\"{}\"", status));
}

TEST(Photon, KeepsStates) {
  const std::string open = "all versions of it are vulnerable";
  Collector found;
  ASSERT_EQ(found
                .read("[" + row("CVE-2024-1", "curl", "8.1-1.ph5", "Fixed") + "," +
                      row("CVE-2024-2", "curl", "NA", "Not Affected") + "," +
                      row("CVE-2024-3", "curl", "NA", "", open) + "," +
                      row("BDSA-2024-4", "curl", "8.2-1.ph5", "") + "]")
                .value(),
            "photon");
  EXPECT_TRUE(found.notes.empty());
  ASSERT_EQ(found.records.size(), 4U);
  EXPECT_EQ(found.records[0].first, (FeedKey{"photon/Photon OS:5.0", "Photon OS:5.0"}));
  const auto first = [&](std::size_t i) { return found.records[i].second.affected.at(0); };
  EXPECT_EQ(first(0).ranges, (Ranges{{.fixed = "8.1-1.ph5"}}));
  EXPECT_EQ(first(0).severity, Severity::high);
  EXPECT_EQ(first(0).names, NameKind::source);
  EXPECT_EQ(found.records[0].second.affected.at(1).names, NameKind::binary);
  EXPECT_EQ(first(1).status, AffectedStatus::not_affected);
  EXPECT_EQ(first(2).fix_state, FixState::not_fixed);
  EXPECT_EQ(first(2).ranges, Ranges{{}});
  EXPECT_EQ(found.records[3].second.id, "BDSA-2024-4");
  EXPECT_TRUE(found.records[3].second.cves.empty());
}

TEST(Photon, NotesWhatItCannotUse) {
  const std::string good = row("CVE-2024-1", "curl", "8.1-1.ph5", "Fixed");
  Collector found;
  ASSERT_TRUE(found.read("[" + good + "," + good + "," + row("Re", "linux", "9-1.ph5", "Fixed") +
                         "," + row("UNK-1", "linux", "NA", "Not Affected") + "," +
                         row("CVE-2024-2", "", "9-1.ph5", "Fixed") + "," +
                         row("CVE-2024-2", "a", "9-1.ph4", "Fixed") + "," +
                         row("CVE-2024-2", "a", "NA", "Fixed") + "," +
                         row("CVE-2024-2", "a", "NA", "Odd") + "]"));
  EXPECT_EQ(found.records.size(), 2U);
  EXPECT_EQ(found.notes.size(), 6U);
  Collector none;
  EXPECT_EQ(none.read("[" + row("CVE-2024-2", "a", "NA", "Not Affected") + "]").error().code,
            Code::unsupported);
  expect_nothing_of_cuts("[" + good + "]");
}

constexpr std::string_view kRocky3 =
    R"json({"advisories":[{"name":"RLSA-2025:1","synopsis":"Moderate: x","description":"d",
"kind":"Security","severity":"Moderate","published_at":"2025-11-27T09:11:22.820964+00:00",
"updated_at":"2025-11-28T09:11:22+00:00",
"cves":[{"cve":"CVE-2025-1","cvss3_scoring_vector":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}],
"packages":[
{"nevra":"a-0:1.2-3.el9.src.rpm","product_name":"Rocky Linux 9 x86_64","module_name":null},
{"nevra":"a-0:1.2-3.el9.x86_64.rpm","product_name":"Rocky Linux 9 x86_64"},
{"nevra":"a-0:1.2-3.el9.aarch64.rpm","product_name":"Rocky Linux 9 aarch64"},
{"nevra":"b-1:5-1.module+el8.6.0+1+2.x86_64.rpm","product_name":"Rocky Linux 8.6 x86_64 (Legacy)",
"module_name":"mariadb","module_stream":"10.3"},
{"nevra":"c-1-1.x86_64.rpm","product_name":"Something else"},
{"nevra":"odd","product_name":"Rocky Linux 9 x86_64"}]},
{"name":"RLBA-2025:2","synopsis":"s","kind":"Bug Fix","packages":[]},
{"synopsis":"s","kind":"Security","packages":[]}],"total":1,"page":1,"size":1})json";

TEST(RockyErrata, KeepsVersion3) {
  Collector found;
  ASSERT_EQ(found.read(kRocky3).value(), "rocky-errata");
  ASSERT_EQ(found.records.size(), 2U);
  EXPECT_EQ(found.records[0].first, (FeedKey{"rocky-errata/Rocky Linux:8", "Rocky Linux:8"}));
  const Advisory& eight = found.records[0].second;
  EXPECT_EQ(eight.affected.at(0).module, "mariadb:10.3");
  EXPECT_EQ(eight.affected.at(0).ranges, (Ranges{{.fixed = "1:5-1.module+el8.6.0+1+2"}}));
  const Advisory& nine = found.records[1].second;
  EXPECT_EQ(nine.id, "RLSA-2025:1");
  EXPECT_EQ(nine.severity, Severity::medium);
  EXPECT_EQ(nine.cves, Names{"CVE-2025-1"});
  ASSERT_EQ(nine.cvss.size(), 1U);
  EXPECT_EQ(nine.cvss[0].score, 7.5);
  EXPECT_EQ(nine.modified_unix_s - nine.published_unix_s, 86400);
  ASSERT_EQ(nine.affected.size(), 1U);
  EXPECT_EQ(nine.affected[0].architectures, (Names{"aarch64", "x86_64"}));
  // Another product, a name that is none, a bug fix, an erratum without a name.
  EXPECT_EQ(found.notes.size(), 4U);
}

TEST(RockyErrata, KeepsVersion2) {
  Collector found;
  ASSERT_EQ(found
                .read(R"({"advisories":[{"type":"TYPE_SECURITY","name":"RLSA-2022:1","synopsis":"s",
"severity":"SEVERITY_CRITICAL","description":"d","publishedAt":"2022-01-01T00:00:00Z",
"cves":[{"name":"CVE-2022-1","cvss3ScoringVector":"UNKNOWN"},{"name":"CVE-2022-2"}],
"rpms":{"Rocky Linux 8":{"nvras":["x-0:1-1.el8.x86_64.rpm"]}}}],"total":"1","page":0,"size":1})")
                .value(),
            "rocky-errata");
  ASSERT_EQ(found.records.size(), 1U);
  EXPECT_EQ(found.records[0].second.severity, Severity::critical);
  EXPECT_EQ(found.records[0].second.cves, (Names{"CVE-2022-1", "CVE-2022-2"}));
  EXPECT_TRUE(found.records[0].second.cvss.empty());
  EXPECT_EQ(found.records[0].second.affected.at(0).ranges, (Ranges{{.fixed = "1-1.el8"}}));
  EXPECT_TRUE(found.notes.empty());
}

constexpr std::string_view kAlma =
    R"({"schema_version":"1.0","data":[
{"id":"ALSA-2019:3708","issued_date":1572983623,"updated_date":1651142818,"severity":"Moderate",
"title":"t","description":"d","type":"security","packages":[
{"name":"Judy","epoch":"0","version":"1.0.5","release":"18.module_el8.5.0+1","arch":"x86_64",
"module":"mariadb:10.3:8050020220427075058:c5368500:x86_64"},
{"name":"odd","epoch":"0","version":"1","release":"1","arch":"x86_64"},
{"name":"","version":"1","release":"1.el8"}],
"references":[{"id":"CVE-2019-2510","type":"cve","href":"https://example.org/"}]},
{"id":"ALBA-2021:1","issued_date":1,"type":"bugfix","packages":[],"references":[]}]})";

TEST(AlmaErrata, KeepsTheFullShape) {
  Collector found;
  ASSERT_EQ(found.read(kAlma).value(), "alma-errata");
  ASSERT_EQ(found.records.size(), 1U);
  const auto& [feed, record] = found.records[0];
  EXPECT_EQ(feed, (FeedKey{"alma-errata/AlmaLinux:8", "AlmaLinux:8"}));
  EXPECT_EQ(record.id, "ALSA-2019:3708");
  EXPECT_EQ(record.cves, Names{"CVE-2019-2510"});
  EXPECT_EQ(record.published_unix_s, 1572983623);
  EXPECT_EQ(record.modified_unix_s, 1651142818);
  ASSERT_EQ(record.affected.size(), 1U);
  EXPECT_EQ(record.affected[0].module, "mariadb:10.3");
  EXPECT_EQ(record.affected[0].ranges, (Ranges{{.fixed = "1.0.5-18.module_el8.5.0+1"}}));
  EXPECT_EQ(found.notes.size(), 3U);
  expect_nothing_of_cuts(kAlma);
}

TEST(AlmaErrata, KeepsTheListShape) {
  Collector found;
  ASSERT_EQ(found
                .read(R"([{"updateinfo_id":"ALSA-2021:1","type":"security","severity":"Important",
"issued_date":{"$date":1609459200000},"pkglist":{"name":"n","packages":[{"name":"a","epoch":1,
"version":"2","release":"3.el8","arch":"noarch"}],"module":{"name":"m","stream":"s"}},
"references":[{"ref_id":"CVE-2021-1"}]}])")
                .value(),
            "alma-errata");
  ASSERT_EQ(found.records.size(), 1U);
  const Advisory& record = found.records[0].second;
  EXPECT_EQ(record.published_unix_s, 1609459200);
  EXPECT_EQ(record.cves, Names{"CVE-2021-1"});
  EXPECT_EQ(record.affected.at(0).module, "m:s");
  EXPECT_EQ(record.affected.at(0).ranges, (Ranges{{.fixed = "1:2-3.el8"}}));
}

std::string bodhi(
    std::string_view alias, std::string_view builds, std::string_view status = "stable",
    std::string_view type = "security",
    std::string_view bugs = "{\"title\":\"CVE-2024-1 CVE-2024-2 a: x [fedora-40]\"}") {
  return fmt::format(
      "{{\"alias\":\"{}\",\"title\":\"a-1-1.fc40\",\"notes\":\"fixes "
      "CVE-2024-9\",\"status\":\"{}\","
      "\"type\":\"{}\",\"severity\":\"urgent\",\"date_stable\":\"2024-01-02 00:00:00\","
      "\"release\":{{\"name\":\"F40\",\"version\":\"40\",\"id_prefix\":\"FEDORA\"}},"
      "\"bugs\":[{}],\"builds\":[{}]}}",
      alias, status, type, bugs, builds);
}

TEST(Bodhi, KeepsStableUpdates) {
  const std::string builds = "{\"nvr\":\"a-b-1.2-3.fc40\",\"type\":\"rpm\",\"epoch\":2}";
  const std::string one = bodhi("FEDORA-2024-1", builds);
  for (const std::string& text :
       {one, "[" + one + "]", "{\"updates\":[" + one + "],\"page\":1,\"rows_per_page\":20}"}) {
    Collector found;
    ASSERT_EQ(found.read(text).value(), "bodhi");
    ASSERT_EQ(found.records.size(), 1U);
    const auto& [feed, record] = found.records[0];
    EXPECT_EQ(feed, (FeedKey{"bodhi/Fedora:40", "Fedora:40"}));
    EXPECT_EQ(record.cves, (Names{"CVE-2024-1", "CVE-2024-2"}));
    EXPECT_EQ(record.severity, Severity::critical);
    ASSERT_EQ(record.affected.size(), 1U);
    EXPECT_EQ(record.affected[0].name, "a-b");
    EXPECT_EQ(record.affected[0].names, NameKind::source);
    EXPECT_EQ(record.affected[0].ranges, (Ranges{{.fixed = "2:1.2-3.fc40"}}));
  }
  Collector notes;
  ASSERT_TRUE(notes.read(bodhi("FEDORA-2024-1", builds, "stable", "security", "")));
  EXPECT_EQ(notes.records.at(0).second.cves, Names{"CVE-2024-9"});
  expect_nothing_of_cuts(one);
}

TEST(Bodhi, LeavesOutWhatItTells) {
  const std::string build = "{\"nvr\":\"a-1-1.fc40\",\"type\":\"rpm\",\"epoch\":null}";
  const std::string left_out[] = {
      bodhi("FEDORA-2024-1", build, "testing"),
      bodhi("FEDORA-2024-1", build, "stable", "bugfix"),
      bodhi("FEDORA-EPEL-2024-1", build),
      bodhi("FEDORA-CONTAINER-2024-1", build),
      bodhi("FEDORA-MODULAR-2024-1", "{\"nvr\":\"mysql-8.0-38.75\",\"type\":\"module\"}"),
      bodhi("", build),
  };
  for (const std::string& text : left_out) {
    Collector found;
    ASSERT_TRUE(found.read(text)) << text;
    EXPECT_TRUE(found.records.empty()) << text;
    EXPECT_EQ(found.notes.size(), 1U) << text;
  }
}

}  // namespace
}  // namespace bulkhead::advisory
