#include "bulkhead/match/distro.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace bulkhead::match {
namespace {

struct Row {
  std::string id, version, codename;
  std::vector<std::string> id_like;
  std::string want;  // "distro: ecosystems", "~" before it where derived
  std::string_view why;
};

const Row kRows[] = {
    {"debian", "12", "bookworm", {}, "debian: Debian:12", "a stable release"},
    {"debian", "10.13", "", {}, "debian: Debian:10", "a point release of an old debian_version"},
    {"debian", "3.1", "sarge", {}, "debian: Debian:3.1, Debian:3", "a minor number made a release"},
    {"debian", "", "trixie", {}, "debian: Debian:13", "testing has a code name only"},
    {"debian", "", "forky/sid", {}, "debian: Debian:14", "what debian_version of testing says"},
    {"debian", "", "sid", {}, "debian: Debian:sid", "unstable by its code name"},
    {"debian", "unstable", "", {}, "debian: Debian:sid", "unstable by its suite"},
    {"debian", "", "", {}, "debian: ", "nothing says which"},
    {"debian", "", "nonesuch", {}, "debian: ", "an unknown code name is not guessed"},
    {"debian", "12", "nonesuch", {}, "debian: Debian:12", "the number is enough"},
    {"alpine", "3.18.4", "", {}, "alpine: Alpine:v3.18", "the point release is left out"},
    {"alpine", "3.18", "", {}, "alpine: Alpine:v3.18", "no point release"},
    {"alpine", "3.19_alpha20230901", "", {}, "alpine: Alpine:edge", "edge by _alpha"},
    {"alpine", "3.21.0_alpha20240807", "", {}, "alpine: Alpine:edge", "newer edge"},
    {"alpine", "3.18.0_rc1", "", {}, "alpine: Alpine:v3.18", "a release candidate"},
    {"alpine", "edge", "", {}, "alpine: Alpine:edge", "edge by name"},
    {"alpine", "3", "", {}, "alpine: ", "half a number is no release"},
    {"alpine", "", "", {}, "alpine: ", "no number"},
    {"ubuntu", "22.04", "jammy", {"debian"}, "ubuntu: Ubuntu:22.04 + Ubuntu:Pro:22.04", "LTS"},
    {"ubuntu",
     "23.04",
     "lunar",
     {"debian"},
     "ubuntu: Ubuntu:23.04 + Ubuntu:Pro:23.04",
     "April of an odd year"},
    {"ubuntu",
     "22.10",
     "kinetic",
     {"debian"},
     "ubuntu: Ubuntu:22.10 + Ubuntu:Pro:22.10",
     "October"},
    {"wolfi", "20230201", "", {}, "wolfi: Wolfi", "rolling"},
    {"chainguard", "20230214", "", {"wolfi"}, "chainguard: Chainguard", "its own row first"},
    {"raspbian", "11", "bullseye", {"debian"}, "~debian: Debian:11", "a derivative"},
    {"pop",
     "22.04",
     "jammy",
     {"ubuntu", "debian"},
     "~ubuntu: Ubuntu:22.04 + Ubuntu:Pro:22.04",
     "the nearest base first"},
    {"devuan", "4", "chimaera", {"debian"}, "~debian: ", "counts in its own way: not Debian 4"},
    {"distroless-like", "11", "", {"debian"}, "~debian: Debian:11", "no code name of its own"},
    {"postmarketos", "v23.06", "", {"alpine"}, "~alpine: ", "no number of Alpine's"},
    {"almalinux", "9.4", "", {"rhel", "centos", "fedora"}, "almalinux: AlmaLinux:9", "its major"},
    {"amzn", "2018.03", "", {"rhel"}, "amzn: Amazon Linux:1", "1 counts by the month"},
    {"amzn", "2", "", {"centos"}, "amzn: Amazon Linux:2", "2"},
    {"amzn", "2022", "", {"fedora"}, "amzn: Amazon Linux:2022", "2022, before it became 2023"},
    {"amzn", "2023.4.20240513", "", {"fedora"}, "amzn: Amazon Linux:2023", "2023, dated"},
    {"arch", "", "", {}, "arch: Arch Linux", "rolling"},
    {"archarm", "", "", {"arch"}, "~arch: Arch Linux", "what is built from it"},
    {"azurelinux", "3.0", "", {}, "azurelinux: Azure Linux:3", "its major"},
    {"bottlerocket", "1.20.0", "", {}, "bottlerocket: Bottlerocket", "one body of data"},
    {"centos", "7", "", {"rhel", "fedora"}, "centos: Red Hat:7", "no data of its own"},
    {"fedora", "39", "", {}, "fedora: Fedora:39", "Fedora"},
    {"mageia", "9", "", {"mandriva", "fedora"}, "mageia: Mageia:9", "Mageia"},
    {"mariner", "2.0", "", {}, "mariner: Azure Linux:2", "Azure Linux under its former name"},
    {"ol", "8.9", "", {"fedora"}, "ol: Oracle Linux:8", "Oracle"},
    {"openeuler", "22.03", "lts-sp4", {}, "openeuler: openEuler:22.03-LTS-SP4", "a service pack"},
    {"openeuler", "20.03", "lts", {}, "openeuler: openEuler:20.03-LTS", "none"},
    {"openeuler", "24.09", "", {}, "openeuler: openEuler:24.09", "an innovation release"},
    {"opensuse-leap",
     "15.6",
     "",
     {"suse", "opensuse"},
     "opensuse-leap: openSUSE:Leap 15.6",
     "Leap"},
    {"opensuse-tumbleweed",
     "20240524",
     "",
     {},
     "opensuse-tumbleweed: openSUSE:Tumbleweed",
     "rolling"},
    {"opensuse-microos",
     "20240524",
     "",
     {"suse", "opensuse"},
     "opensuse-microos: openSUSE:Tumbleweed",
     "MicroOS is made of Tumbleweed"},
    {"photon", "5.0", "", {}, "photon: Photon OS:5.0", "Photon"},
    {"photon", "5", "", {}, "photon: Photon OS:5.0", "without its point"},
    {"rhel", "9.4", "", {"fedora"}, "rhel: Red Hat:9", "RHEL and UBI"},
    {"rhel", "10.0", "", {"centos", "fedora"}, "rhel: Red Hat:10", "two digits"},
    {"rocky", "9.3", "", {"rhel", "centos", "fedora"}, "rocky: Rocky Linux:9", "Rocky"},
    {"sl-micro", "6.0", "", {"suse", "sle-micro"}, "sl-micro: SUSE:Micro 6.0", "Micro's new name"},
    {"sle-micro", "5.5", "", {"suse"}, "sle-micro: SUSE:Micro 5.5", "Micro"},
    {"sled", "15.5", "", {"suse"}, "sled: SUSE:15.5 + SUSE:15.5:LTSS", "the desktop"},
    {"sles", "15.5", "", {"suse"}, "sles: SUSE:15.5 + SUSE:15.5:LTSS", "a service pack"},
    {"sles", "15", "", {"suse"}, "sles: SUSE:15 + SUSE:15:LTSS", "before the first"},
    {"sles", "12.0", "", {"suse"}, "sles: SUSE:12 + SUSE:12:LTSS", "the same with its 0"},
    {"sles", "16.0", "", {"suse"}, "sles: SUSE:16.0 + SUSE:16.0:LTSS", "16 counts from 16.0"},
    {"eurolinux", "9.2", "", {"rhel", "fedora"}, "~rhel: Red Hat:9", "a rebuild"},
    {"rhel", "", "", {}, "rhel: ", "nothing says which"},
    {"openwrt", "23.05.0", "", {"lede"}, "none", "no row for it, nor for what it is like"},
    {"", "", "", {}, "none", "an empty os-release"},
};

TEST(Distro, NamesTheReleaseAsAdvisoryDataDo) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.why);
    OsInfo os;
    os.id = row.id;
    os.version = row.version;
    os.codename = row.codename;
    os.id_like = row.id_like;
    const Release release = find_release(os);
    std::string got = "none";
    if (release.distro != nullptr) {
      got = fmt::format("{}{}: {}", release.is_derived ? "~" : "", release.distro->id,
                        fmt::join(release.ecosystems, ", "));
      if (!release.extended.empty()) got += fmt::format(" + {}", fmt::join(release.extended, ", "));
    }
    EXPECT_EQ(got, row.want);
  }
}

TEST(Distro, KnowsReleasesWhosePackagesAreMarkedEl) {
  const auto el = [](std::string id, std::string version) {
    OsInfo os;
    os.id = std::move(id);
    os.version = std::move(version);
    return find_release(os).el_release;
  };
  EXPECT_EQ(el("almalinux", "8.9"), "8");
  EXPECT_EQ(el("centos", "10"), "10");
  EXPECT_EQ(el("fedora", "40"), "");
  EXPECT_EQ(el("rhel", ""), "");
}

TEST(Distro, KnowsItsOwnVendors) {
  struct Vendor {
    std::string id;
    std::string_view vendor;
    bool want;
    std::string_view why;
  };
  const Vendor rows[] = {
      {"rhel", "Red Hat, Inc.", true, "its own"},
      {"rhel", "Fedora Project", false, "EPEL"},
      {"rhel", "", true, "not said"},
      {"debian", "whoever", true, "no vendors are known there"},
      {"photon", "VMWare, Inc.", true, "whatever the letters' case"},
      {"sles", "SUSE LLC <https://www.suse.com/>", true, "its own"},
      {"sles", "obs://build.opensuse.org/home:x", false, "somebody's build"},
      {"opensuse-leap", "SUSE LLC <https://www.suse.com/>", true, "Leap takes SLE's packages"},
  };
  for (const Vendor& row : rows) {
    SCOPED_TRACE(row.why);
    OsInfo os;
    os.id = row.id;
    EXPECT_EQ(is_own_vendor(*find_release(os).distro, row.vendor), row.want);
  }
}

TEST(Distro, RowsAreSortedAndUnique) {
  const auto not_before = [](const Distro& a, const Distro& b) { return a.id >= b.id; };
  EXPECT_EQ(std::ranges::adjacent_find(distros(), not_before), distros().end());
}

}  // namespace
}  // namespace bulkhead::match
