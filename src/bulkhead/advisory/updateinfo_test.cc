#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/advisory/errata.h"
#include "bulkhead/advisory/errata_release.h"

namespace bulkhead::advisory {
namespace {

using Names = std::vector<std::string>;

std::string package(std::string_view name, std::string_view arch, std::string_view release,
                    std::string_view epoch = "0") {
  return fmt::format(
      "<package name=\"{}\" version=\"1.2\" release=\"{}\" epoch=\"{}\" arch=\"{}\">"
      "<filename>x.rpm</filename></package>",
      name, release, epoch, arch);
}

std::string update(std::string_view id, std::string_view collection, std::string_view packages,
                   std::string_view more = "<reference type=\"cve\" id=\"CVE-2024-1\" href=\"h\"/>",
                   std::string_view type = "security", std::string_view from = "a@example.org") {
  return fmt::format(
      "<update from=\"{}\" status=\"final\" type=\"{}\" version=\"1\"><id>{}</id>"
      "<title>A title</title><issued date=\"2024-01-02 03:04\"/>"
      "<updated date=\"2024-01-03 00:00:00\"/><severity>Important</severity>"
      "<description>Some words</description><references>{}</references>"
      "<pkglist><collection short=\"{}\"><name>n</name>{}</collection></pkglist></update>",
      from, type, id, more, collection, packages);
}

std::string document(std::string_view updates) {
  return fmt::format("<?xml version=\"1.0\"?>\n<updates>{}</updates>\n", updates);
}

TEST(Updateinfo, KeepsAnErratum) {
  Collector found;
  const std::string text = document(update(
      "ALAS2-2024-1", "amazon-linux-2",
      package("curl", "x86_64", "3.amzn2", "1") + package("curl", "i686", "3.amzn2", "1") +
          package("curl", "src", "3.amzn2", "1") + package("curl-doc", "noarch", "3.amzn2")));
  ASSERT_EQ(found.read(text).value(), "updateinfo");
  EXPECT_TRUE(found.notes.empty());
  ASSERT_EQ(found.records.size(), 1U);
  const auto& [feed, record] = found.records[0];
  EXPECT_EQ(feed, (FeedKey{"updateinfo/Amazon Linux:2/core", "Amazon Linux:2"}));
  EXPECT_EQ(record.id, "ALAS2-2024-1");
  EXPECT_EQ(record.cves, Names{"CVE-2024-1"});
  EXPECT_EQ(record.title, "A title");
  EXPECT_EQ(record.detail, "Some words");
  EXPECT_EQ(record.references, Names{"h"});
  EXPECT_EQ(record.severity, Severity::high);
  EXPECT_EQ(record.published_unix_s, 1704164640);
  EXPECT_EQ(record.modified_unix_s, 1704240000);
  ASSERT_EQ(record.affected.size(), 2U);
  EXPECT_EQ(record.affected[0].name, "curl");
  EXPECT_EQ(record.affected[0].names, NameKind::binary);
  EXPECT_EQ(record.affected[0].ranges, (std::vector<VersionRange>{{.fixed = "1:1.2-3.amzn2"}}));
  EXPECT_EQ(record.affected[0].fix_state, FixState::fixed);
  EXPECT_EQ(record.affected[0].severity, Severity::high);
  EXPECT_TRUE(record.affected[0].architectures.empty()) << "one machine's repository";
  EXPECT_EQ(record.affected[1].ranges[0].fixed, "1.2-3.amzn2");
}

TEST(Updateinfo, KeepsArchitecturesOfSeveralMachines) {
  Collector found;
  ASSERT_TRUE(found.read(
      document(update("RLSA-2024:1", "x",
                      package("a", "x86_64", "1.el9") + package("a", "i686", "1.el9") +
                          package("b", "aarch64", "1.el9") + package("c", "noarch", "1.el9")))));
  const auto& affected = found.records.at(0).second.affected;
  ASSERT_EQ(affected.size(), 3U);
  EXPECT_EQ(affected[0].architectures, (Names{"i686", "x86_64"}));
  EXPECT_EQ(affected[1].architectures, Names{"aarch64"});
  EXPECT_TRUE(affected[2].architectures.empty());
}

TEST(Updateinfo, KeepsModules) {
  Collector found;
  const std::string module =
      "<module name=\"nodejs\" stream=\"18\" version=\"9\" arch=\"x86_64\"/>";
  const std::string next = "</collection><collection short=\"y\">";
  ASSERT_TRUE(found.read(document(update(
      "RHSA-2024:1", "rhel-9-for-x86_64-appstream-rpms__9_1",
      module + package("nodejs", "x86_64", "1.el9") + next + package("xz", "x86_64", "1.el9")))));
  const auto& [feed, record] = found.records.at(0);
  EXPECT_EQ(feed.name, "updateinfo/Red Hat:9/appstream");
  ASSERT_EQ(record.affected.size(), 2U);
  EXPECT_EQ(record.affected[0].module, "nodejs:18");
  EXPECT_EQ(record.affected[1].module, "");
}

TEST(Updateinfo, KeepsBottlerocketsVersionsWithoutTheirRelease) {
  Collector found;
  ASSERT_TRUE(found.read(document(
      update("GHSA-868r-x68r-5c5p", "bottlerocket",
             package("kernel-6.1", "x86_64", "0") + package("kernel-6.1", "aarch64", "0")))));
  const auto& [feed, record] = found.records.at(0);
  EXPECT_EQ(feed, (FeedKey{"updateinfo/Bottlerocket", "Bottlerocket"}));
  ASSERT_EQ(record.affected.size(), 1U);
  EXPECT_EQ(record.affected[0].ranges, (std::vector<VersionRange>{{.fixed = "1.2"}}));
}

TEST(Updateinfo, FindsCvesWhereTheyStand) {
  struct Case {
    const char* references;
    Names want;
    const char* why;
  };
  const Case cases[] = {
      {"<reference type='cve' id='CVE-2024-2'/><reference type='cve' id='CVE-2024-2'/>",
       {"CVE-2024-2"},
       "twice"},
      {"<reference type='bugzilla' id='1' title='CVE-2024-3 CVE-2024-4 nginx: [f-all]'/>",
       {"CVE-2024-3", "CVE-2024-4"},
       "the title of a bug"},
      {"<reference type='bugzilla' id='1' title='crash'/>", {}, "nowhere"},
  };
  for (const Case& one : cases) {
    Collector found;
    ASSERT_TRUE(found.read(document(
        update("FEDORA-2024-1", "F40", package("a", "noarch", "1.fc40"), one.references))));
    ASSERT_EQ(found.records.size(), 1U) << one.why;
    EXPECT_EQ(found.records[0].second.cves, one.want) << one.why;
  }
}

TEST(Updateinfo, LeavesOutWhatItTells) {
  struct Case {
    std::string text;
    Code code;
    const char* word;
  };
  const std::string curl = package("curl", "x86_64", "1.el9");
  const Case cases[] = {
      {update("ALBA-2024:1", "x", curl, "", "bugfix"), Code::unsupported, "bug fixes"},
      {update("FEDORA-EPEL-2024-1", "EL-9", curl), Code::unsupported, "EPEL"},
      {update("FEDORA-FLATPAK-2024-1", "F40F", curl), Code::unsupported, "flatpaks"},
      {update("RHSA-2024:1", "rhel-9-for-x86_64-baseos-eus-rpms", curl), Code::unsupported,
       "minor release"},
      {update("RLSA-2024:1", "x", package("curl", "x86_64", "1")), Code::unsupported,
       "nothing names the release"},
      {update("XSA-1", "x", curl), Code::unsupported, "publisher"},
      {update("NONE", "x", curl, "", "security", "packager@almalinux.org"), Code::malformed, "id"},
      {update("", "x", curl), Code::malformed, "no id"},
      {update("RLSA-2024:1", "x", package("", "x86_64", "1.el9")), Code::malformed, "no name"},
      {update("ALSA-2024:1", "almalinux-9-for-x86_64-baseos-rpms", ""), Code::unsupported,
       "no package"},
  };
  for (const Case& one : cases) {
    Collector found;
    ASSERT_TRUE(found.read(document(one.text))) << one.word;
    EXPECT_TRUE(found.records.empty()) << one.word;
    ASSERT_FALSE(found.notes.empty()) << one.word;
    EXPECT_EQ(found.notes[0].code, one.code) << found.notes[0].what;
    EXPECT_TRUE(found.notes[0].what.contains(one.word)) << found.notes[0].what;
  }
}

TEST(Updateinfo, KeepsBugFixesThatNameACve) {
  Collector found;
  ASSERT_TRUE(found.read(document(update("RHBA-2024:1", "rhel-9-x", package("a", "x86_64", "1.el9"),
                                         "<reference type='cve' id='CVE-2024-1'/>", "bugfix"))));
  EXPECT_EQ(found.records.size(), 1U);
}

TEST(Updateinfo, TellsEachKindOfLeftOutOnce) {
  std::string updates;
  for (int i = 0; i < 5; ++i)
    updates += update(fmt::format("RLBA-2024:{}", i), "x", "", "", "bugfix");
  updates += update("RLSA-2024:9", "x", package("a", "noarch", "1.el8"));
  Collector found;
  ASSERT_TRUE(found.read(document(updates)));
  EXPECT_EQ(found.records.size(), 1U);
  // Without a package nothing tells the release of a bug fix.
  ASSERT_EQ(found.notes.size(), 1U);
  EXPECT_TRUE(found.notes[0].what.contains("5 errata")) << found.notes[0].what;
  EXPECT_TRUE(found.notes[0].what.contains("the first is RLBA-2024:0")) << found.notes[0].what;
}

TEST(Updateinfo, ACutAtEveryByteGivesNothing) {
  const std::string whole =
      document(update("ALAS2-2024-1", "amazon-linux-2", package("a", "x86_64", "1")));
  const std::size_t last = whole.rfind('>');
  for (std::size_t cut = 60; cut <= last; ++cut) {
    Collector found;
    EXPECT_FALSE(found.read(std::string_view(whole).substr(0, cut))) << cut;
    EXPECT_TRUE(found.records.empty()) << cut;
  }
}

TEST(Updateinfo, IsKnownByItsRoot) {
  Collector found;
  EXPECT_EQ(found.read("<x:updates xmlns:x='a'/>").value(), "updateinfo");
  EXPECT_FALSE(found.read("<updateinfo/>"));
}

TEST(ErrataRelease, IsToldByContent) {
  struct Case {
    ErrataNames names;
    std::string_view ecosystem;
    std::string_view part;
  };
  const Case cases[] = {
      {{"ALAS-2011-1", {}, {}, "amazon-linux-ami", "1-1.amzn1"}, "Amazon Linux:1", "core"},
      {{"ALAS-2018-939", {}, {}, "amazon-linux-2", "1-1.amzn2"}, "Amazon Linux:2", "core"},
      {{"ALAS-2018-939", {}, {}, {}, "1-1.amzn1"}, "Amazon Linux:1", "core"},
      {{"ALAS2KERNEL-5.15-2022-001", {}, {}, "amazon-linux-2---kernel-5.15", {}},
       "Amazon Linux:2",
       "kernel-5.15"},
      {{"ALAS2DOCKER-2021-001", {}, {}, {}, {}}, "Amazon Linux:2", "docker"},
      {{"ALAS2LIVEPATCH-2021-001", {}, {}, "amazon-linux-2---livepatch", {}},
       "Amazon Linux:2",
       "livepatch"},
      {{"ALAS2022-2021-001", {}, {}, "amazon-linux-2022", {}}, "Amazon Linux:2022", "core"},
      {{"ALAS2023LIVEPATCH-2023-001", {}, {}, {}, {}}, "Amazon Linux:2023", "livepatch"},
      {{"ALSA-2022:4940", {}, "0", "almalinux-9-for-x86_64-baseos-rpms__9_1_default", "1-1.el9_0"},
       "AlmaLinux:9",
       "baseos"},
      {{"ALSA-2024:1", {}, "0", "x", "1-1.module_el8.5.0+2632+14ced695"}, "AlmaLinux:8", ""},
      {{"RLSA-2023:1", {}, "Rocky Linux 9", "rocky-linux-9-x86-64-appstream-rpms", {}},
       "Rocky Linux:9",
       "appstream"},
      {{"RLSA-2025:1", {}, {}, {}, "1-1.el10_1"}, "Rocky Linux:10", ""},
      {{"ELSA-2024-1", {}, "Oracle Linux 8", {}, {}}, "Oracle Linux:8", ""},
      {{"ELSA-2024-1", {}, {}, "ol9_baseos_latest", {}}, "Oracle Linux:9", ""},
      {{"FEDORA-2025-4a08954c02", {}, "Fedora 43", "F43", "1-1.fc43"}, "Fedora:43", "everything"},
      {{"FEDORA-2025-1", {}, {}, {}, "1-1.fc40"}, "Fedora:40", "everything"},
      {{"FEDORA-MODULAR-2024-1", {}, "Fedora 38 Modular", "F38M", {}}, "Fedora:38", "modular"},
      {{"BRSA-a1b2c3", {}, {}, {}, "6.1.61-1.1700513487.br1"}, "Bottlerocket", ""},
      {{"SUSE-SLE-Module-Basesystem-15-SP4-2023-1582", {}, {}, {}, {}},
       "SUSE:15.4",
       "Module-Basesystem"},
      {{"SUSE-SLE-SERVER-12-SP4-2019-2974", {}, {}, {}, {}}, "SUSE:12.4", "SERVER"},
      {{"SUSE-SLE-Product-SLES-15-SP1-LTSS-2021-9", {}, {}, {}, {}},
       "SUSE:15.1:LTSS",
       "Product-SLES"},
      {{"SUSE-SLE-Module-Public-Cloud-12-2019-2026", {}, {}, {}, {}},
       "SUSE:12",
       "Module-Public-Cloud"},
      {{"SUSE-SUSE-MicroOS-5.1-2022-77", {}, {}, {}, {}}, "SUSE:Micro 5.1", ""},
      {{"openSUSE-SLE-15.4-2022-3291", {}, {}, {}, {}}, "openSUSE:Leap 15.4", ""},
      {{"openSUSE-2019-1159", {}, "openSUSE Leap 15.0 Update", {}, {}}, "openSUSE:Leap 15.0", ""},
  };
  for (const Case& one : cases) {
    const auto found = release_of_errata(one.names);
    ASSERT_TRUE(found) << one.names.id << ": " << found.error().what;
    EXPECT_EQ(found->ecosystem, one.ecosystem) << one.names.id;
    EXPECT_EQ(found->part, one.part) << one.names.id;
  }
  for (const std::string_view id :
       {"", "ALAS-2018-939", "RLSA-1", "SUSE-2023-1582", "SUSE-", "SUSE-SLE-1-2", "FEDORA-",
        "CESA-2020:1", "RHSA-2020:1", "SUSE-SLE-15-2-3"}) {
    EXPECT_FALSE(release_of_errata({id, {}, {}, {}, {}})) << id;
  }
}

TEST(Errata, Parts) {
  EXPECT_EQ(join_evr("0", "1.2", "3"), "1.2-3");
  EXPECT_EQ(join_evr("", "1.2", "3"), "1.2-3");
  EXPECT_EQ(join_evr("2", "1.2", "3"), "2:1.2-3");
  const auto package = parse_nevra("delve-debug-1:1.25.2-1.el10_1.aarch64.rpm");
  ASSERT_TRUE(package);
  EXPECT_EQ(package->name, "delve-debug");
  EXPECT_EQ(package->version, "1:1.25.2-1.el10_1");
  EXPECT_EQ(package->architecture, "aarch64");
  for (const char* bad :
       {"", "a", "a.rpm", "a-1.x86_64", "-1-1.x86_64", "a-1-1", "a-1-.x", "a--1.x"}) {
    EXPECT_FALSE(parse_nevra(bad)) << bad;
  }
  EXPECT_EQ(parse_errata_time("2022-06-06 17:58"), 1654538280);
  EXPECT_EQ(parse_errata_time("2022-06-06 17:58:00 UTC"), 1654538280);
  EXPECT_EQ(parse_errata_time("2022-06-06"), 1654473600);
  EXPECT_EQ(parse_errata_time("1654538280"), 1654538280);
  EXPECT_EQ(parse_errata_time("2022-06-06T17:58:00Z"), 1654538280);
  for (const char* bad : {"", "soon", "2022-06-06 99:99", "99999999999999999999", "2022"}) {
    EXPECT_EQ(parse_errata_time(bad), 0) << bad;
  }
  EXPECT_EQ(tag_number("1-3.el8_4.alma", "el"), "8");
  EXPECT_EQ(tag_number("1-3.model8.fc40", "el"), "");
  EXPECT_EQ(tag_number("1-3.elf.el9", "el"), "9");
}

}  // namespace
}  // namespace bulkhead::advisory
