#include "bulkhead/advisory/ecosystem.h"

#include <gtest/gtest.h>

namespace bulkhead::advisory {
namespace {

struct Row {
  std::string_view given;
  std::string_view want;
  std::string_view why;
};

// As OSV writes them (ecosystems.txt of its bucket, the records of each publisher).
const Row kRows[] = {
    {"Ubuntu:22.04:LTS", "Ubuntu:22.04", "long term support is no release of its own"},
    {"Ubuntu:25.10", "Ubuntu:25.10", "no LTS"},
    {"Ubuntu:Pro:16.04:LTS", "Ubuntu:Pro:16.04", "ESM is a body of data of its own"},
    {"Ubuntu:Pro:FIPS-updates:18.04:LTS", "Ubuntu:Pro:FIPS-updates:18.04", "FIPS is another"},
    {"Debian:12", "Debian:12", "normal already"},
    {"Debian:3.1", "Debian:3.1", "an early release"},
    {"Debian", "Debian", "no release"},
    {"Alpine:v3.20", "Alpine:v3.20", "normal already"},
    {"Alpine:3.20", "Alpine:v3.20", "without the v"},
    {"Alpine:edge", "Alpine:edge", "edge"},
    {"AlmaLinux:9", "AlmaLinux:9", "normal already"},
    {"Rocky Linux:9.3", "Rocky Linux:9", "a minor release"},
    {"Red Hat:enterprise_linux:9::appstream", "Red Hat:9", "main stream, a repository"},
    {"Red Hat:enterprise_linux:9::baseos", "Red Hat:9", "another repository"},
    {"Red Hat:enterprise_linux:7::server", "Red Hat:7", "a variant"},
    {"Red Hat:enterprise_linux:10.1", "Red Hat:10", "main stream, by its minor release"},
    {"Red Hat:rhel_eus:8.8::baseos", "Red Hat:8.8:eus", "kept up for those who pay"},
    {"Red Hat:rhel_tus:8.6::appstream", "Red Hat:8.6:tus", "TUS"},
    {"Red Hat:rhel_e4s:8.6::appstream", "Red Hat:8.6:e4s", "E4S"},
    {"Red Hat:rhel_aus:8.6::appstream", "Red Hat:8.6:aus", "AUS"},
    {"Red Hat:rhel_els:7", "Red Hat:7:els", "ELS"},
    {"Red Hat:rhel_eus_long_life:9.4::baseos", "Red Hat:9.4:eus_long_life", "a longer name"},
    {"Red Hat:openshift:4.12::el8", "Red Hat:openshift:4.12", "another product"},
    {"Red Hat:rhel_software_collections:3::el7", "Red Hat:rhel_software_collections:3",
     "another product that begins alike"},
    {"Red Hat:9", "Red Hat:9", "normal already"},
    {"Red Hat:9.2:eus", "Red Hat:9.2:eus", "normal already"},
    {"SUSE:Linux Enterprise Module for Basesystem 15 SP5", "SUSE:15.5", "a module"},
    {"SUSE:Linux Enterprise Server 12 SP5", "SUSE:12.5", "a server"},
    {"SUSE:Linux Enterprise Server for SAP Applications 15 SP4", "SUSE:15.4", "SAP"},
    {"SUSE:Linux Enterprise Desktop 15", "SUSE:15", "before the first service pack"},
    {"SUSE:Linux Enterprise Server 15 SP3-LTSS", "SUSE:15.3:LTSS", "LTSS"},
    {"SUSE:Linux Enterprise Server LTSS Extended Security 12 SP5", "SUSE:12.5:LTSS",
     "LTSS in the middle"},
    {"SUSE:Linux Enterprise High Performance Computing 15 SP4-ESPOS", "SUSE:15.4:ESPOS", "ESPOS"},
    {"SUSE:Linux Enterprise Server 16.0", "SUSE:16.0", "a point for the service pack"},
    {"SUSE:Linux Enterprise Micro 5.5", "SUSE:Micro 5.5", "Micro"},
    {"SUSE:Linux Enterprise Micro for Rancher 5.3", "SUSE:Micro 5.3", "Micro for Rancher"},
    {"SUSE:Linux Micro 6.0", "SUSE:Micro 6.0", "Micro's later name"},
    {"SUSE:Package Hub 15 SP5", "SUSE:Package Hub 15 SP5", "the community's packages"},
    {"SUSE:Manager Server 4.3", "SUSE:Manager Server 4.3", "another product"},
    {"SUSE:15.3:LTSS", "SUSE:15.3:LTSS", "normal already"},
    {"openSUSE:Leap 15.6", "openSUSE:Leap 15.6", "normal already"},
    {"openSUSE:Tumbleweed", "openSUSE:Tumbleweed", "normal already"},
    {"Azure Linux:3", "Azure Linux:3", "normal already"},
    {"CBL-Mariner:2.0", "Azure Linux:2", "its former name"},
    {"Mariner:1.0", "Azure Linux:1", "the short one"},
    {"Photon OS:5.0", "Photon OS:5.0", "normal already"},
    {"Photon OS:5", "Photon OS:5.0", "without the point"},
    {"openEuler:22.03-LTS-SP4", "openEuler:22.03-LTS-SP4", "normal already"},
    {"Mageia:9", "Mageia:9", "normal already"},
    {"Bitnami", "Bitnami", "no release"},
    {"npm", "npm", "no distribution"},
    {"Red Hat:", "Red Hat:", "half a name"},
    {"SUSE:Linux Enterprise ", "SUSE:Linux Enterprise ", "half a name"},
    {"", "", "nothing"},
};

TEST(Ecosystem, HasOneNameForEachRelease) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(normal_ecosystem(row.given), row.want);
    EXPECT_EQ(normal_ecosystem(row.want), row.want) << "a normal name stays";
  }
}

TEST(Ecosystem, KnowsWhichNamesRecordsUse) {
  EXPECT_EQ(name_kind_of("AlmaLinux:9"), NameKind::binary);
  EXPECT_EQ(name_kind_of("Red Hat:9"), NameKind::binary);
  EXPECT_EQ(name_kind_of("Rocky Linux:9"), NameKind::source);
  EXPECT_EQ(name_kind_of("Debian:12"), NameKind::source);
  EXPECT_EQ(name_kind_of("npm"), NameKind::source) << "a project";
}

TEST(Ecosystem, HasAnOrderForEachDistribution) {
  EXPECT_EQ(scheme_of("Arch Linux")->name, "alpm");
  EXPECT_EQ(scheme_of("Bitnami")->name, "bitnami");
  EXPECT_FALSE(is_distribution("Bitnami"));
  EXPECT_EQ(scheme_of("Azure Linux:3")->name, "rpm");
}

}  // namespace
}  // namespace bulkhead::advisory
