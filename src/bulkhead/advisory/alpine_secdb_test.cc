#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "bulkhead/advisory/collector_test.h"

namespace bulkhead::advisory {
namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view kJson = R"({
  "distroversion": "v3.9", "reponame": "main",
  "urlprefix": "https://dl-cdn.alpinelinux.org/alpine",
  "packages": [
    {"pkg": {"name": "ansible", "secfixes": {
      "2.7.3-r0": ["CVE 2018-16859"],
      "2.7.5-r0": ["CVE-2018-16876", "CVE-2017-12122 TALOS-2017-0488"],
      "0": ["CVE-2019-1"]}}},
    {"pkg": {"name": "curl", "secfixes": {"7.0-r1": ["CVE-2020-1"], "7.0-r2": ["CVE-2020-1", "XSA-9"]}}},
    {"pkg": {"name": "none", "secfixes": null}},
    {"pkg": {"name": "empty", "secfixes": {}}},
    {"pkg": {"name": "null-list", "secfixes": {"1": null}}}
  ]})";

constexpr std::string_view kYaml = R"(---
distroversion: v3.9
reponame: main
urlprefix: "https://dl-cdn.alpinelinux.org/alpine"
packages:
  - pkg:
      name: ansible
      secfixes:
        2.7.3-r0:
          - CVE 2018-16859
        2.7.5-r0:
          - CVE-2018-16876
          - CVE-2017-12122 TALOS-2017-0488
        0:
          - CVE-2019-1
  - pkg:
      name: curl
      secfixes:
        7.0-r1: [CVE-2020-1]
        7.0-r2: [CVE-2020-1, XSA-9]
  - pkg:
      name: none
      secfixes:
  - pkg:
      name: empty
      secfixes: {}
  - pkg:
      name: null-list
      secfixes:
        "1":
)";

// One line a record: all that a look-up would see.
Texts lines_of(const Collector& collector) {
  Texts lines;
  for (const auto& [feed, advisory] : collector.records) {
    std::ostringstream line;
    line << feed.name << "|" << feed.ecosystem << "|" << advisory.id << "|";
    for (const auto& cve : advisory.cves) line << cve << ",";
    line << "|";
    for (const auto& alias : advisory.aliases) line << alias << ",";
    for (const AffectedPackage& affected : advisory.affected) {
      line << "|" << affected.name << "|" << affected.repository << "|"
           << static_cast<int>(affected.status) << "|" << static_cast<int>(affected.fix_state);
      for (const VersionRange& range : affected.ranges) line << "|" << range.fixed;
    }
    lines.push_back(line.str());
  }
  return lines;
}

TEST(AlpineSecdb, ReadsJsonAndYamlAlike) {
  Collector json;
  ASSERT_EQ(json.read(kJson), "alpine-secdb");
  Collector yaml;
  ASSERT_EQ(yaml.read(kYaml), "alpine-secdb");
  EXPECT_EQ(lines_of(json), lines_of(yaml));
  EXPECT_TRUE(json.notes.empty());
  EXPECT_TRUE(yaml.notes.empty());
  EXPECT_EQ(json.declared, (std::vector<FeedKey>{{"alpine-secdb/v3.9/main", "Alpine:v3.9"}}));

  ASSERT_EQ(json.records.size(), 7u);
  EXPECT_EQ(lines_of(json)[0],
            "alpine-secdb/v3.9/main|Alpine:v3.9|CVE-2018-16859|CVE-2018-16859,||"
            "ansible|main|0|1|2.7.3-r0");
  const Advisory& two = json.records[2].second;
  EXPECT_EQ(two.id, "CVE-2017-12122");
  EXPECT_EQ(two.cves, Texts{"CVE-2017-12122"});
  EXPECT_EQ(two.aliases, Texts{"TALOS-2017-0488"});
  const AffectedPackage& never = json.records[3].second.affected[0];
  EXPECT_EQ(never.status, AffectedStatus::not_affected);
  EXPECT_TRUE(never.ranges.empty());
  EXPECT_EQ(json.records[4].second.affected[0].ranges[0].fixed, "7.0-r1");
  EXPECT_EQ(json.records[5].second.affected[0].ranges[0].fixed, "7.0-r2") << "both are kept";
  EXPECT_EQ(json.records[6].second.id, "XSA-9");
  EXPECT_TRUE(json.records[6].second.cves.empty());
}

TEST(AlpineSecdb, KnowsItsPublishers) {
  struct Row {
    const char* text;
    FeedKey want;
    const char* why;
  };
  const Row rows[] = {
      {R"({"distroversion":"edge","reponame":"community","urlprefix":"http://dl-4.alpinelinux.org/alpine","packages":[]})",
       {"alpine-secdb/edge/community", "Alpine:edge"},
       "edge, another host of Alpine"},
      {R"({"distroversion":"v3.2","reponame":"main","packages":[]})",
       {"alpine-secdb/v3.2/main", "Alpine:v3.2"},
       "no address"},
      {R"({"reponame":"os","urlprefix":"https://packages.wolfi.dev","packages":[]})",
       {"alpine-secdb/Wolfi/os", "Wolfi"},
       "no releases"},
      {R"({"reponame":"chainguard","urlprefix":"https://packages.cgr.dev/x","packages":[]})",
       {"alpine-secdb/Chainguard/chainguard", "Chainguard"},
       "no releases"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Collector collector;
    ASSERT_TRUE(collector.read(row.text));
    EXPECT_EQ(collector.declared, std::vector<FeedKey>{row.want}) << "also without packages";
  }
  const std::pair<const char*, Code> bad[] = {
      {R"({"distroversion":"v1","reponame":"x","urlprefix":"https://apk.example.io","packages":[]})",
       Code::unsupported},
      {R"({"distroversion":"v1","reponame":"x","urlprefix":"https://notalpinelinux.org","packages":[]})",
       Code::unsupported},
      {R"({"reponame":"main","packages":[]})", Code::malformed},
      {R"({"distroversion":"v3.9","packages":[]})", Code::malformed},
  };
  for (const auto& [text, code] : bad) {
    Collector collector;
    const auto read = collector.read(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, code) << text;
    EXPECT_TRUE(collector.declared.empty());
  }
}

TEST(AlpineSecdb, NotesBadPackagesAndKeepsTheRest) {
  for (const std::string_view text :
       {std::string_view(R"({"distroversion":"v3.9","reponame":"main","packages":[
           7, {"pkg":{"secfixes":{}}}, {"pkg":{"name":"a","secfixes":{"1":[7,""],"2":["CVE-2020-1"]}}}]})"),
        std::string_view(
            "distroversion: v3.9\nreponame: main\npackages:\n- 7\n- pkg:\n    secfixes: {}\n"
            "- pkg:\n    name: a\n    secfixes:\n      1: [[], '']\n      2: [CVE-2020-1]\n")}) {
    Collector collector;
    ASSERT_TRUE(collector.read(text));
    EXPECT_EQ(collector.notes.size(), 4u);
    ASSERT_EQ(collector.records.size(), 1u);
    EXPECT_EQ(collector.records[0].second.id, "CVE-2020-1");
  }
}

}  // namespace
}  // namespace bulkhead::advisory
