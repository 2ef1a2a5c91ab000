#include "bulkhead/catalog/os/os.h"

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"

namespace bulkhead::catalog::os {
namespace {

struct Row {
  std::string_view path, text;
  std::string_view id, version, codename;
  std::string_view why;
};

// What the release files of these systems say, shortened.
constexpr Row kRows[] = {
    {"etc/os-release", "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.18.4\n", "alpine", "3.18.4",
     "", "Alpine"},
    {"etc/os-release", "ID=alpine\nVERSION_ID=3.19_alpha20230901\n", "alpine", "3.19_alpha20230901",
     "", "Alpine edge"},
    {"etc/os-release", "ID=wolfi\nVERSION_ID=\"20230201\"\n", "wolfi", "20230201", "", "Wolfi"},
    {"usr/lib/os-release",
     "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\n"
     "VERSION_CODENAME=bookworm\nID=debian\n",
     "debian", "12", "bookworm", "Debian"},
    {"etc/os-release", "ID=debian\nVERSION=\"8 (jessie)\"\nVERSION_ID=8\n", "debian", "8", "jessie",
     "Debian before VERSION_CODENAME"},
    {"etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux trixie/sid\"\n", "debian", "",
     "trixie", "Debian testing of old"},
    {"etc/os-release",
     "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux forky/sid\"\nVERSION_CODENAME=forky\n", "debian",
     "", "forky", "Debian testing"},
    {"etc/os-release",
     "ID=ubuntu\nID_LIKE=debian\nVERSION=\"14.04.6 LTS, Trusty Tahr\"\nVERSION_ID=\"14.04\"\n",
     "ubuntu", "14.04", "trusty", "Ubuntu before VERSION_CODENAME"},
    {"etc/os-release", "ID=\"centos\"\nVERSION=\"7 (Core)\"\nVERSION_ID=\"7\"\n", "centos", "7", "",
     "what stands in brackets is a codename only with Debian"},
    {"etc/os-release", "ID='RHEL'\nVERSION_ID='9.3'\n", "rhel", "9.3", "", "ID in upper case"},
    {"etc/os-release", "ID=arch\nID_LIKE=\n", "arch", "", "", "a rolling release"},
    {"etc/alpine-release", "3.4.6\n", "alpine", "3.4.6", "", "Alpine without os-release"},
    {"etc/debian_version", "12.5\n", "debian", "12", "", "Debian without os-release"},
    {"etc/debian_version", "trixie/sid\n", "debian", "", "trixie", "the same before a release"},
    {"etc/redhat-release", "CentOS release 6.10 (Final)\n", "centos", "6", "", "CentOS 6"},
    {"etc/centos-release", "CentOS Linux release 7.9.2009 (Core)\n", "centos", "7", "", "CentOS 7"},
    {"etc/redhat-release", "Red Hat Enterprise Linux Server release 6.10 (Santiago)\n", "rhel",
     "6.10", "", "RHEL 6"},
    {"etc/system-release", "Amazon Linux AMI release 2018.03\n", "amzn", "2018.03", "", "Amazon"},
    {"etc/fedora-release", "Fedora release 20 (Heisenbug)\n", "fedora", "20", "", "Fedora"},
    {"etc/oracle-release", "Oracle Linux Server release 6.10\n", "ol", "6.10", "", "Oracle"},
    {"etc/SuSE-release", "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n",
     "sles", "11.4", "", "SLES 11"},
    {"etc/SuSE-release", "openSUSE 13.1 (x86_64)\nVERSION = 13.1\n", "opensuse", "13.1", "",
     "openSUSE"},
    {"etc/lsb-release", "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_CODENAME=lucid\n",
     "ubuntu", "10.04", "lucid", "Ubuntu without os-release"},
    {"etc/system-release", "Amazon Linux release 2 (Karoo)\n", "amzn", "2", "", "Amazon Linux 2"},
    {"etc/system-release", "Amazon Linux release 2023.5.20240624 (Amazon Linux)\n", "amzn", "2023",
     "", "Amazon Linux 2023"},
    {"etc/os-release", "NAME=\"Amazon Linux AMI\"\nVERSION_ID=\"2018.03\"\nID=\"amzn\"\n", "amzn",
     "2018.03", "", "Amazon Linux 1"},
    {"etc/os-release", "ID=\"openEuler\"\nVERSION=\"22.03 (LTS-SP4)\"\nVERSION_ID=\"22.03\"\n",
     "openeuler", "22.03", "lts-sp4", "openEuler, long-term support"},
    {"etc/os-release", "ID=\"openEuler\"\nVERSION=\"23.09\"\nVERSION_ID=\"23.09\"\n", "openeuler",
     "23.09", "", "openEuler's release for half a year"},
    {"etc/os-release",
     "ID=openeuler\nVERSION=\"24.03-LTS (openEuler24_03-LTS)\"\nVERSION_ID=24.03-lts\n",
     "openeuler", "24.03-lts", "lts", "openEuler Embedded"},
    {"etc/openEuler-release", "openEuler release 20.03 (LTS-SP1)\n", "openeuler", "20.03",
     "lts-sp1", "openEuler without os-release"},
    {"etc/photon-release", "VMware Photon Linux 1.0\nPHOTON_BUILD_NUMBER=62c543d\n", "photon",
     "1.0", "", "Photon without os-release"},
    {"etc/photon-release", "VMware Photon OS 5.0\n", "photon", "5.0", "", "Photon's later name"},
    {"etc/mariner-release", "CBL-Mariner 2.0.20220226\nMARINER_BUILD_NUMBER=a\n", "mariner", "2.0",
     "", "CBL-Mariner without os-release"},
    {"etc/azurelinux-release", "Microsoft Azure Linux 3.0.20240401\n", "azurelinux", "3.0", "",
     "Azure Linux without os-release"},
    {"etc/os-release", "ID=azurelinux\nVERSION=\"3.0.20240824\"\nVERSION_ID=\"3.0\"\n",
     "azurelinux", "3.0", "", "Azure Linux"},
    {"etc/arch-release", "", "arch", "", "", "Arch without os-release: an empty file"},
    {"etc/openwrt_release", "DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='21.02.3'\n", "openwrt",
     "21.02.3", "", "OpenWrt without os-release"},
    {"etc/os-release", "ID=\"sle-micro\"\nVERSION=\"5.5\"\nVERSION_ID=\"5.5\"\nID_LIKE=\"suse\"\n",
     "sle-micro", "5.5", "", "SLE Micro"},
    {"etc/os-release", "ID=\"sl-micro\"\nVERSION_ID=\"6.1\"\nID_LIKE=\"suse sle-micro\"\n",
     "sl-micro", "6.1", "", "SL Micro"},
    {"etc/os-release", "ID=\"opensuse-tumbleweed\"\nVERSION_ID=\"20240201\"\n",
     "opensuse-tumbleweed", "20240201", "", "Tumbleweed"},
    {"usr/lib/os-release", "NAME=Bottlerocket\nID=bottlerocket\nVERSION_ID=1.12.0\n",
     "bottlerocket", "1.12.0", "", "Bottlerocket"},
    {"etc/os-release", "ID=chainguard\nNAME=\"chainguard\"\nVERSION_ID=\"20230214\"\n",
     "chainguard", "20230214", "", "Chainguard"},
    {"etc/os-release",
     "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\nVERSION_ID=\"21.3\"\n"
     "VERSION_CODENAME=virginia\nUBUNTU_CODENAME=jammy\n",
     "linuxmint", "21.3", "jammy", "a derivative tells the release that it is built from"},
    {"etc/os-release",
     "ID=linuxmint\nID_LIKE=debian\nVERSION_CODENAME=faye\nDEBIAN_CODENAME=bookworm\n", "linuxmint",
     "", "bookworm", "the same of Debian"},
    {"etc/os-release", "ID=ubuntu\nVERSION_CODENAME=noble\nUBUNTU_CODENAME=other\n", "ubuntu", "",
     "noble", "Ubuntu itself"},
    {"etc/os-release", "ID=\"rhcos\"\nVERSION_ID=\"4.14\"\nRHEL_VERSION=\"9.2\"\n", "rhcos", "9.2",
     "", "OpenShift's CoreOS: what it is built from"},
};

TEST(Os, ReadsReleaseFiles) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.why);
    for (const std::size_t chunk : {1u, 7u, 4096u}) {
      TestOptions options;
      options.chunk = chunk;
      const TestScan scan =
          run_inspector("os", {{std::string(row.path), std::string(row.text)}}, options);
      ASSERT_TRUE(scan.inventory.os);
      EXPECT_EQ(scan.inventory.os->id, row.id);
      EXPECT_EQ(scan.inventory.os->version, row.version);
      EXPECT_EQ(scan.inventory.os->codename, row.codename);
      EXPECT_EQ(scan.inventory.os->source_path, "/" + std::string(row.path));
      EXPECT_EQ(scan.inventory.os->support, SupportState::unknown);
      EXPECT_TRUE(scan.notes.empty());
    }
  }
}

TEST(Os, ReadsTheWholeOfOsRelease) {
  const TestScan scan = run_inspector(
      "os", {{"etc/os-release",
              "PRETTY_NAME=\"Rocky Linux 9.3 (Blue Onyx)\"\nID=rocky\nVERSION_ID=9.3\n"
              "ID_LIKE=\"rhel  Centos fedora\"\n"}});
  EXPECT_EQ(scan.inventory.os->pretty_name, "Rocky Linux 9.3 (Blue Onyx)");
  EXPECT_EQ(scan.inventory.os->id_like, (std::vector<std::string>{"rhel", "centos", "fedora"}));
}

struct DetailRow {
  std::string_view path, text;
  std::string_view variant, cpe, support_ends;
  std::size_t notes;
  std::string_view why;
};

TEST(Os, ReadsVariantCpeAndSupportEnd) {
  constexpr DetailRow kDetails[] = {
      {"etc/os-release",
       "NAME=\"CentOS Stream\"\nVERSION=\"9\"\nID=\"centos\"\nVERSION_ID=\"9\"\n"
       "CPE_NAME=\"cpe:/o:centos:centos:9\"\n",
       "stream", "cpe:/o:centos:centos:9", "", 0, "CentOS Stream"},
      {"etc/os-release", "NAME=\"CentOS Linux\"\nID=\"centos\"\nVERSION_ID=\"8\"\n", "", "", "", 0,
       "CentOS before Stream"},
      {"etc/centos-release", "CentOS Stream release 9\n", "stream", "", "", 0,
       "Stream without os-release"},
      {"etc/os-release", "ID=fedora\nVERSION_ID=40\nVARIANT_ID=Container\nSUPPORT_END=2025-05-13\n",
       "container", "", "2025-05-13", 0, "Fedora"},
      {"etc/os-release", "ID=amzn\nVERSION_ID=\"2023\"\nSUPPORT_END=\"2028-03-15\"\n", "", "",
       "2028-03-15", 0, "Amazon Linux 2023"},
      {"etc/os-release", "ID=a\nSUPPORT_END=\"soon\"\n", "", "", "", 1, "no day"},
      {"etc/os-release", "ID=a\nSUPPORT_END=2028-15-15\n", "", "", "", 1, "no such day"},
      {"usr/lib/os-release", "ID=bottlerocket\nVARIANT_ID=aws-k8s-1.25\n", "aws-k8s-1.25", "", "",
       0, "Bottlerocket"},
      {"etc/os-release",
       "ID=\"rhel\"\nVERSION_ID=\"9.4\"\nCPE_NAME=\"cpe:/o:redhat:x:9::baseos\"\n", "",
       "cpe:/o:redhat:x:9::baseos", "", 0, "RHEL and UBI"},
  };
  for (const DetailRow& row : kDetails) {
    SCOPED_TRACE(row.why);
    const TestScan scan = run_inspector("os", {{std::string(row.path), std::string(row.text)}});
    ASSERT_TRUE(scan.inventory.os);
    EXPECT_EQ(scan.inventory.os->variant, row.variant);
    EXPECT_EQ(scan.inventory.os->cpe, row.cpe);
    EXPECT_EQ(scan.inventory.os->support_ends, row.support_ends);
    EXPECT_EQ(scan.notes.size(), row.notes);
    EXPECT_FALSE(scan.has_gap());
  }
}

struct ChoiceRow {
  std::vector<TestFile> files;
  std::string_view id, version, codename, source;
  std::size_t notes;
  std::string_view why;
};

TEST(Os, PrefersOsReleaseAndFillsItsGaps) {
  const std::vector<ChoiceRow> kChoices = {
      {{{"etc/os-release", "ID=a\n"}, {"usr/lib/os-release", "ID=b\n"}},
       "a",
       "",
       "",
       "/etc/os-release",
       0,
       "/etc before /usr/lib"},
      {{{"etc/os-release", ""}, {"usr/lib/os-release", "ID=b\n"}},
       "b",
       "",
       "",
       "/usr/lib/os-release",
       1,
       "an empty file"},
      {{{"etc/os-release", "ID=\"a\n"}, {"etc/alpine-release", "3.18.4\n"}},
       "alpine",
       "3.18.4",
       "",
       "/etc/alpine-release",
       2,
       "an open quote, and so no ID"},
      {{{"etc/os-release", "ID=debian\nwhat is this\n"}, {"etc/debian_version", "trixie/sid\n"}},
       "debian",
       "",
       "trixie",
       "/etc/os-release",
       1,
       "a stray line; the codename from elsewhere"},
      {{{"etc/os-release", "ID=alpine\n"}, {"etc/alpine-release", "3.18.4\n"}},
       "alpine",
       "3.18.4",
       "",
       "/etc/os-release",
       0,
       "no VERSION_ID"},
      {{{"etc/os-release", "ID=ubuntu\nVERSION_ID=22.04\n"},
        {"etc/debian_version", "bookworm/sid"}},
       "ubuntu",
       "22.04",
       "",
       "/etc/os-release",
       0,
       "another system's codename is not taken"},
      {{{"etc/oracle-release", "Oracle Linux Server release 6.9\n"},
        {"etc/redhat-release", "Red Hat Enterprise Linux Server release 6.9 (Santiago)\n"}},
       "ol",
       "6.9",
       "",
       "/etc/oracle-release",
       0,
       "a rebuild that calls itself Red Hat, too"},
      {{{"etc/lsb-release", "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\n"},
        {"etc/debian_version", "squeeze/sid\n"}},
       "ubuntu",
       "10.04",
       "",
       "/etc/lsb-release",
       0,
       "Ubuntu keeps debian_version"},
      {{{"etc/arch-release", ""}, {"etc/os-release", "ID=manjaro\nID_LIKE=arch\n"}},
       "manjaro",
       "",
       "",
       "/etc/os-release",
       0,
       "a derivative keeps arch-release"},
      {{{"etc/lsb-release", "LSB_VERSION=1.4\n"}, {"etc/debian_version", "6.0.10\n"}},
       "debian",
       "6",
       "",
       "/etc/debian_version",
       1,
       "lsb-release that names no system"},
  };
  for (const ChoiceRow& row : kChoices) {
    SCOPED_TRACE(row.why);
    const TestScan scan = run_inspector("os", row.files);
    ASSERT_TRUE(scan.inventory.os);
    EXPECT_EQ(scan.inventory.os->id, row.id);
    EXPECT_EQ(scan.inventory.os->version, row.version);
    EXPECT_EQ(scan.inventory.os->codename, row.codename);
    EXPECT_EQ(scan.inventory.os->source_path, row.source);
    EXPECT_EQ(scan.notes.size(), row.notes);
    EXPECT_FALSE(scan.has_gap());
  }
}

TEST(Os, SaysThatNoFileNamesASystem) {
  const TestScan scan = run_inspector(
      "os", {{"etc/os-release", "NAME=x\n"}, {"etc/redhat-release", "Something else 3\n"}});
  EXPECT_FALSE(scan.inventory.os);
  EXPECT_TRUE(scan.has_gap());
  ASSERT_EQ(scan.notes.size(), 3u);
  EXPECT_EQ(scan.notes[0].where, "/etc/os-release");
  EXPECT_EQ(scan.notes[1].where, "/etc/redhat-release");
}

TEST(Os, HasNothingToSayOfATreeWithoutReleaseFiles) {
  const TestScan scan = run_inspector("os", {});
  EXPECT_FALSE(scan.inventory.os);
  EXPECT_TRUE(scan.notes.empty());
}

TEST(Os, RefusesAReleaseFileThatIsTooLong) {
  TestOptions options;
  options.run.limits.memory_file_bytes = 10;
  EXPECT_TRUE(run_inspector("os", {{"etc/os-release", "ID=a\n#4567\n"}}, options).has_gap());
  EXPECT_FALSE(run_inspector("os", {{"etc/os-release", "ID=a\n#456\n"}}, options).has_gap());
}

TEST(Os, SurvivesDamageAtEveryByte) {
  const std::string good = "NAME=\"A \\\" B\"\nID='x'\nVERSION_ID=\"1\"\n";
  for (std::size_t at = 0; at < good.size(); ++at) {
    SCOPED_TRACE(at);
    for (const char c : {'\0', '\n', '"', '\'', '\\', '=', '#', '\xFF'}) {
      std::string bad = good;
      bad[at] = c;
      const TestScan scan = run_inspector("os", {{"etc/os-release", bad}});
      // The line of VERSION_ID begins at byte 21: what comes before it cannot take it away.
      if (scan.inventory.os && at < 20) {
        EXPECT_EQ(scan.inventory.os->version, "1");
      }
    }
    run_inspector("os", {{"etc/os-release", good.substr(0, at)}});
  }
}

TEST(Os, ReadsRealRootFilesystems) {
  const auto images = shared_images();
  if (!images) GTEST_SKIP() << "no shared images beside the project";
  for (const std::string version : {"3.6.5", "3.11.13", "3.16.9", "3.20.3"}) {
    SCOPED_TRACE(version);
    const std::string tar = "tar xzOf '" + (*images / "rootfs").string() + "/alpine-minirootfs-" +
                            version + "-x86_64.tar.gz' ";
    for (const std::string path : {"etc/os-release", "etc/alpine-release"}) {
      const auto text = output_of(tar + "./" + path);
      ASSERT_TRUE(text);
      const TestScan scan = run_inspector("os", {{path, *text}});
      ASSERT_TRUE(scan.inventory.os);
      EXPECT_EQ(scan.inventory.os->id, "alpine");
      EXPECT_EQ(scan.inventory.os->version, version);
      EXPECT_TRUE(scan.notes.empty());
    }
  }
}

}  // namespace
}  // namespace bulkhead::catalog::os
