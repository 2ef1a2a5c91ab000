#include "bulkhead/advisory/support_table.h"

#include <algorithm>

namespace bulkhead::advisory {
namespace {

constexpr std::string_view kOracle = "https://www.oracle.com/a/ocom/docs/elsp-lifetime-069338.pdf";
constexpr std::string_view kAzure =
    "https://learn.microsoft.com/azure/azure-linux/release-cadence-lifecycle";
constexpr std::string_view kLeap = "https://en.opensuse.org/Lifetime";

constexpr ExtendedSupport kDebianLts = {"Debian LTS", ""};
constexpr ExtendedSupport kDebianElts = {"Freexian's ELTS", "a contract, and its repository"};
constexpr ExtendedSupport kEsm = {"Ubuntu Pro (ESM)", "a subscription to Ubuntu Pro"};
constexpr ExtendedSupport kLegacy = {"Ubuntu Pro's Legacy add-on",
                                     "a subscription to Ubuntu Pro and the add-on"};
constexpr ExtendedSupport kEls = {"Red Hat's ELS", "the add-on Extended Life Cycle Support"};
constexpr ExtendedSupport kOracleExtended = {"Oracle's Extended Support", "a contract for it"};
constexpr ExtendedSupport kLtss = {"SUSE's LTSS", "a subscription to LTSS"};

constexpr std::string_view kAfterCentos = "CentOS Stream, AlmaLinux, Rocky Linux or RHEL";
constexpr std::string_view kAfterMariner = "Azure Linux 3.0";

// clang-format off
constexpr SupportedDistro kDistros[] = {
    // id              name                      the days' page
    {"almalinux",     "AlmaLinux",              "https://wiki.almalinux.org/release-notes/"},
    {"alpine",        "Alpine Linux",           "https://alpinelinux.org/releases/"},
    {"amzn",          "Amazon Linux",           "https://docs.aws.amazon.com/linux/al2023/ug/release-cadence.html"},
    {"azurelinux",    "Azure Linux",            kAzure},
    {"centos",        "CentOS Linux",           "https://www.centos.org/centos-linux-eol/", {}, {}, false, kAfterCentos},
    {"centos-stream", "CentOS Stream",          "https://www.centos.org/cl-vs-cs/"},
    {"debian",        "Debian",                 "https://wiki.debian.org/LTS", kDebianLts, kDebianElts},
    {"fedora",        "Fedora Linux",           "https://docs.fedoraproject.org/en-US/releases/lifecycle/"},
    {"mageia",        "Mageia",                 "https://www.mageia.org/en/support/"},
    {"mariner",       "CBL-Mariner",            kAzure, {}, {}, false, kAfterMariner},
    {"ol",            "Oracle Linux",           kOracle, kOracleExtended},
    {"openeuler",     "openEuler",              "https://www.openeuler.org/en/other/lifecycle/", {}, {}, true},
    {"opensuse",      "openSUSE Leap",          kLeap},
    {"opensuse-leap", "openSUSE Leap",          kLeap},
    {"photon",        "Photon OS",              "https://blogs.vmware.com/vsphere/2022/01/photon-1-x-end-of-support-announcement.html"},
    {"rhel",          "Red Hat Enterprise Linux", "https://access.redhat.com/support/policy/updates/errata", kEls},
    {"rocky",         "Rocky Linux",            "https://wiki.rockylinux.org/rocky/version/"},
    {"sles",          "SUSE Linux Enterprise Server", "https://www.suse.com/lifecycle/", kLtss, {}, true},
    {"ubuntu",        "Ubuntu",                 "https://ubuntu.com/about/release-cycle", kEsm, kLegacy},
};

// As of November 2026. Where a maker names a month, the row has its last day. Debian's and Ubuntu's
// days are those of the distributions' own package distro-info-data 0.58+deb12u7. Days that the
// maker has not set, or that its pages and those who cite them do not agree about, are left out.
constexpr SupportRow kRows[] = {
    // id, release, general support, extended, further, between two
    {"almalinux", "8", "2029-03-01"},
    {"almalinux", "9", "2032-05-31"},
    {"almalinux", "10", "2035-05-31"},
    {"alpine", "2.1", "2012-11-01"},
    {"alpine", "2.2", "2013-05-01"},
    {"alpine", "2.3", "2013-11-01"},
    {"alpine", "2.4", "2014-05-01"},
    {"alpine", "2.5", "2014-11-01"},
    {"alpine", "2.6", "2015-05-01"},
    {"alpine", "2.7", "2015-11-01"},
    {"alpine", "3.0", "2016-05-01"},
    {"alpine", "3.1", "2016-11-01"},
    {"alpine", "3.2", "2017-05-01"},
    {"alpine", "3.3", "2017-11-01"},
    {"alpine", "3.4", "2018-05-01"},
    {"alpine", "3.5", "2018-11-01"},
    {"alpine", "3.6", "2019-05-01"},
    {"alpine", "3.7", "2019-11-01"},
    {"alpine", "3.8", "2020-05-01"},
    {"alpine", "3.9", "2020-11-01"},
    {"alpine", "3.10", "2021-05-01"},
    {"alpine", "3.11", "2021-11-01"},
    {"alpine", "3.12", "2022-05-01"},
    {"alpine", "3.13", "2022-11-01"},
    {"alpine", "3.14", "2023-05-01"},
    {"alpine", "3.15", "2023-11-01"},
    {"alpine", "3.16", "2024-05-23"},
    {"alpine", "3.17", "2024-11-22"},
    {"alpine", "3.18", "2025-05-09"},
    {"alpine", "3.19", "2025-11-01"},
    {"alpine", "3.20", "2026-04-01"},
    {"alpine", "3.21", "2026-11-01"},
    {"alpine", "3.22", "2027-05-01"},
    {"alpine", "3.23", "2027-11-01"},
    {"alpine", "3.24", "2028-06-01"},
    // Version 1 counted by the month of its image (2018.03), and all of it ended at once.
    {"amzn", "2010", "2023-12-31"},
    {"amzn", "2011", "2023-12-31"},
    {"amzn", "2012", "2023-12-31"},
    {"amzn", "2013", "2023-12-31"},
    {"amzn", "2014", "2023-12-31"},
    {"amzn", "2015", "2023-12-31"},
    {"amzn", "2016", "2023-12-31"},
    {"amzn", "2017", "2023-12-31"},
    {"amzn", "2018", "2023-12-31"},
    {"amzn", "2", "2026-06-30"},
    {"amzn", "2023", "2029-06-30"},
    {"azurelinux", "3.0", ""},
    {"centos", "5", "2017-03-31"},
    {"centos", "6", "2020-11-30"},
    {"centos", "7", "2024-06-30"},
    {"centos", "8", "2021-12-31"},
    {"centos-stream", "8", "2024-05-31"},
    {"centos-stream", "9", "2027-05-31"},
    {"centos-stream", "10", ""},
    {"debian", "1.1", "1997-06-05"},
    {"debian", "1.2", "1998-06-05"},
    {"debian", "1.3", "1999-03-09"},
    {"debian", "2.0", "2000-03-09"},
    {"debian", "2.1", "2000-10-30"},
    {"debian", "2.2", "2003-06-30"},
    {"debian", "3.0", "2006-06-30"},
    {"debian", "3.1", "2008-03-31"},
    {"debian", "4", "2010-02-15"},
    {"debian", "5", "2012-02-06"},
    {"debian", "6", "2014-05-31", "2016-02-29"},
    {"debian", "7", "2016-04-25", "2018-05-31", "2020-06-30"},
    {"debian", "8", "2018-06-17", "2020-06-30", "2025-06-30"},
    {"debian", "9", "2020-07-18", "2022-06-30", "2027-06-30"},
    {"debian", "10", "2022-09-10", "2024-06-30", "2029-06-30"},
    {"debian", "11", "2024-08-14", "2026-08-31", "2031-06-30"},
    {"debian", "12", "2026-07-11", "2028-06-30", "2033-06-30"},
    {"debian", "13", "2028-08-09", "2030-06-30", "2035-06-30"},
    {"fedora", "20", "2015-06-23"},
    {"fedora", "21", "2015-12-01"},
    {"fedora", "22", "2016-07-19"},
    {"fedora", "23", "2016-12-20"},
    {"fedora", "24", "2017-08-08"},
    {"fedora", "25", "2017-12-12"},
    {"fedora", "26", "2018-05-29"},
    {"fedora", "27", "2018-11-30"},
    {"fedora", "28", "2019-05-28"},
    {"fedora", "29", "2019-11-26"},
    {"fedora", "30", "2020-05-26"},
    {"fedora", "31", "2020-11-24"},
    {"fedora", "32", "2021-05-25"},
    {"fedora", "33", "2021-11-30"},
    {"fedora", "34", "2022-06-07"},
    {"fedora", "35", "2022-12-13"},
    {"fedora", "36", "2023-05-16"},
    {"fedora", "37", "2023-12-05"},
    {"fedora", "38", "2024-05-21"},
    {"fedora", "39", "2024-11-26"},
    {"fedora", "40", "2025-05-13"},
    {"fedora", "41", "2025-12-15"},
    {"fedora", "42", "2026-05-13"},
    {"fedora", "43", "2026-12-09"},
    {"fedora", "44", "2027-06-02"},
    {"fedora", "45", ""},
    {"mageia", "1", "2012-12-01"},
    {"mageia", "2", "2013-11-22"},
    {"mageia", "3", "2014-11-26"},
    {"mageia", "4", "2015-09-19"},
    {"mageia", "5", "2017-12-31"},
    {"mageia", "6", "2019-09-30"},
    {"mageia", "7", "2021-06-30"},
    {"mageia", "8", "2023-11-30"},
    {"mageia", "9", ""},
    {"mariner", "1.0", "2023-08-31"},
    {"mariner", "2.0", "2025-07-31"},
    {"ol", "5", "2017-06-30", "2020-11-30"},
    {"ol", "6", "2021-03-31", "2024-12-31"},
    {"ol", "7", "2024-12-31", "2028-06-30"},
    {"ol", "8", "2029-07-31", "2032-07-31"},
    {"ol", "9", "2032-06-30", "2035-06-30"},
    {"ol", "10", ""},
    {"openeuler", "20.03-lts", "2021-03-31"},
    {"openeuler", "20.03-lts-sp1", "2022-12-31"},
    {"openeuler", "20.03-lts-sp2", "2022-04-30"},
    {"openeuler", "20.03-lts-sp3", "2023-12-31"},
    {"openeuler", "20.03-lts-sp4", "2025-11-30"},
    {"openeuler", "22.03-lts", "2024-03-31"},
    {"openeuler", "22.03-lts-sp1", "2024-12-31"},
    {"openeuler", "22.03-lts-sp2", "2024-03-31"},
    {"openeuler", "22.03-lts-sp3", "2025-12-31"},
    {"openeuler", "22.03-lts-sp4", "2026-06-30"},
    {"openeuler", "23.03", "2023-09-30", {}, {}, true},
    {"openeuler", "23.09", "2024-03-31", {}, {}, true},
    {"openeuler", "24.03-lts", "2026-05-31"},
    {"openeuler", "24.03-lts-sp1", "2026-12-31"},
    {"openeuler", "24.03-lts-sp2", "2026-03-31"},
    {"openeuler", "24.03-lts-sp3", "2027-12-31"},
    {"openeuler", "24.03-lts-sp4", "2027-03-31"},
    {"openeuler", "24.09", "2025-03-31", {}, {}, true},
    {"openeuler", "25.03", "2025-09-30", {}, {}, true},
    {"openeuler", "25.09", "2026-03-31", {}, {}, true},
    {"openeuler", "26.09", "2027-03-31", {}, {}, true},
    // openSUSE 13.2 and before had no "Leap" in their names, and another ID.
    {"opensuse", "11.0", "2010-07-26"},
    {"opensuse", "11.1", "2011-01-14"},
    {"opensuse", "11.2", "2011-05-12"},
    {"opensuse", "11.3", "2012-01-20"},
    {"opensuse", "11.4", "2012-11-05"},
    {"opensuse", "12.1", "2013-05-15"},
    {"opensuse", "12.2", "2014-01-15"},
    {"opensuse", "12.3", "2015-01-29"},
    {"opensuse", "13.1", "2016-02-03"},
    {"opensuse", "13.2", "2017-01-17"},
    {"opensuse", "42.1", "2017-05-17"},
    {"opensuse", "42.2", "2018-01-26"},
    {"opensuse", "42.3", "2019-07-01"},
    {"opensuse", "15.0", "2019-12-03"},
    {"opensuse", "15.1", "2021-02-02"},
    {"opensuse", "15.2", "2022-01-04"},
    {"opensuse", "15.3", "2022-12-31"},
    {"opensuse", "15.4", "2023-12-07"},
    {"opensuse", "15.5", "2024-12-31"},
    {"opensuse", "15.6", "2026-04-30"},
    {"opensuse", "16.0", "2027-10-31"},
    {"opensuse-leap", "42.1", "2017-05-17"},
    {"opensuse-leap", "42.2", "2018-01-26"},
    {"opensuse-leap", "42.3", "2019-07-01"},
    {"opensuse-leap", "15.0", "2019-12-03"},
    {"opensuse-leap", "15.1", "2021-02-02"},
    {"opensuse-leap", "15.2", "2022-01-04"},
    {"opensuse-leap", "15.3", "2022-12-31"},
    {"opensuse-leap", "15.4", "2023-12-07"},
    {"opensuse-leap", "15.5", "2024-12-31"},
    {"opensuse-leap", "15.6", "2026-04-30"},
    {"opensuse-leap", "16.0", "2027-10-31"},
    {"photon", "1.0", "2022-02-28"},
    {"photon", "2.0", "2022-12-31"},
    {"photon", "3.0", ""},
    {"photon", "4.0", ""},
    {"photon", "5.0", ""},
    {"rhel", "4", "2012-02-29", "2017-03-31"},
    {"rhel", "5", "2017-03-31", "2020-11-30"},
    {"rhel", "6", "2020-11-30", "2024-06-30"},
    {"rhel", "7", "2024-06-30", "2028-06-30"},
    {"rhel", "8", "2029-05-31", "2032-05-31"},
    {"rhel", "9", "2032-05-31", "2035-05-31"},
    {"rhel", "10", "2035-05-31", "2038-05-31"},
    {"rocky", "8", "2029-05-31"},
    {"rocky", "9", "2032-05-31"},
    {"rocky", "10", "2035-05-31"},
    {"sles", "10", "2007-12-31"},
    {"sles", "10.1", "2008-11-30", "2010-12-31"},
    {"sles", "10.2", "2010-04-11", "2013-04-10"},
    {"sles", "10.3", "2011-10-11", "2014-10-31"},
    {"sles", "10.4", "2013-07-31", "2016-07-30"},
    {"sles", "11", "2010-12-31"},
    {"sles", "11.1", "2012-08-31", "2015-08-30"},
    {"sles", "11.2", "2014-01-31", "2017-01-30"},
    {"sles", "11.3", "2016-01-31", "2019-01-30"},
    {"sles", "11.4", "2019-03-31", "2022-03-31"},
    {"sles", "12", "2016-06-30", "2019-07-01"},
    {"sles", "12.1", "2017-05-31", "2020-05-31"},
    {"sles", "12.2", "2018-03-31", "2021-03-31"},
    {"sles", "12.3", "2019-06-30", "2022-06-30"},
    {"sles", "12.4", "2020-06-30", "2023-06-30"},
    {"sles", "12.5", "2024-10-31", "2027-10-31"},
    {"sles", "15", "2019-12-31", "2022-12-31"},
    {"sles", "15.1", "2021-01-31", "2024-01-31"},
    {"sles", "15.2", "2021-12-31", "2024-12-31"},
    {"sles", "15.3", "2022-12-31", "2025-12-31"},
    {"sles", "15.4", "2023-12-31", "2026-12-31"},
    {"sles", "15.5", "2024-12-31", "2027-12-31"},
    {"sles", "15.6", "2025-12-31", "2028-12-31"},
    {"sles", "15.7", "2031-07-31", "2034-07-31"},
    {"sles", "16.0", ""},
    {"ubuntu", "4.10", "2006-04-30", {}, {}, true},
    {"ubuntu", "5.04", "2006-10-31", {}, {}, true},
    {"ubuntu", "5.10", "2007-04-13", {}, {}, true},
    {"ubuntu", "6.06", "2011-06-01"},
    {"ubuntu", "6.10", "2008-04-25", {}, {}, true},
    {"ubuntu", "7.04", "2008-10-19", {}, {}, true},
    {"ubuntu", "7.10", "2009-04-18", {}, {}, true},
    {"ubuntu", "8.04", "2013-05-09"},
    {"ubuntu", "8.10", "2010-04-30", {}, {}, true},
    {"ubuntu", "9.04", "2010-10-23", {}, {}, true},
    {"ubuntu", "9.10", "2011-04-30", {}, {}, true},
    {"ubuntu", "10.04", "2015-04-30"},
    {"ubuntu", "10.10", "2012-04-10", {}, {}, true},
    {"ubuntu", "11.04", "2012-10-28", {}, {}, true},
    {"ubuntu", "11.10", "2013-05-09", {}, {}, true},
    {"ubuntu", "12.04", "2017-04-28", "2019-04-26"},
    {"ubuntu", "12.10", "2014-05-16", {}, {}, true},
    {"ubuntu", "13.04", "2014-01-27", {}, {}, true},
    {"ubuntu", "13.10", "2014-07-17", {}, {}, true},
    {"ubuntu", "14.04", "2019-04-25", "2024-04-25", "2026-04-28"},
    {"ubuntu", "14.10", "2015-07-23", {}, {}, true},
    {"ubuntu", "15.04", "2016-02-04", {}, {}, true},
    {"ubuntu", "15.10", "2016-07-28", {}, {}, true},
    {"ubuntu", "16.04", "2021-04-30", "2026-04-23", "2028-04-25"},
    {"ubuntu", "16.10", "2017-07-20", {}, {}, true},
    {"ubuntu", "17.04", "2018-01-13", {}, {}, true},
    {"ubuntu", "17.10", "2018-07-19", {}, {}, true},
    {"ubuntu", "18.04", "2023-05-31", "2028-04-26", "2030-04-30"},
    {"ubuntu", "18.10", "2019-07-18", {}, {}, true},
    {"ubuntu", "19.04", "2020-01-23", {}, {}, true},
    {"ubuntu", "19.10", "2020-07-17", {}, {}, true},
    {"ubuntu", "20.04", "2025-05-29", "2030-04-23", "2032-04-27"},
    {"ubuntu", "20.10", "2021-07-22", {}, {}, true},
    {"ubuntu", "21.04", "2022-01-20", {}, {}, true},
    {"ubuntu", "21.10", "2022-07-14", {}, {}, true},
    {"ubuntu", "22.04", "2027-06-01", "2032-04-21", "2034-04-25"},
    {"ubuntu", "22.10", "2023-07-20", {}, {}, true},
    {"ubuntu", "23.04", "2024-01-25", {}, {}, true},
    {"ubuntu", "23.10", "2024-07-11", {}, {}, true},
    {"ubuntu", "24.04", "2029-05-31", "2034-04-25", "2036-04-29"},
    {"ubuntu", "24.10", "2025-07-10", {}, {}, true},
    {"ubuntu", "25.04", "2026-01-15", {}, {}, true},
    {"ubuntu", "25.10", "2026-07-09", {}, {}, true},
    {"ubuntu", "26.04", "2031-05-29", "2036-04-23", "2038-04-27"},
    {"ubuntu", "26.10", "2027-07-15", {}, {}, true},
};
// clang-format on

/// What has no releases that end. Arch Linux's own page "About",
/// https://get.opensuse.org/tumbleweed, https://edu.chainguard.dev/open-source/wolfi/overview/
constexpr std::string_view kRolling[] = {"arch", "chainguard", "opensuse-tumbleweed", "wolfi"};

}  // namespace

std::span<const SupportedDistro> supported_distros() { return kDistros; }

const SupportedDistro* find_supported_distro(std::string_view os_id) {
  const auto* found = std::ranges::find(kDistros, os_id, &SupportedDistro::os_id);
  return found == std::end(kDistros) ? nullptr : found;
}

std::span<const SupportRow> support_rows(std::string_view os_id) {
  const auto rows = std::ranges::equal_range(kRows, os_id, {}, &SupportRow::os_id);
  return {rows.begin(), rows.end()};
}

std::string_view support_id(const OsInfo& os) {
  if (os.id == "centos" && os.variant == "stream") return "centos-stream";
  return os.id;
}

bool is_rolling(const OsInfo& os) {
  if (std::ranges::find(kRolling, os.id) != std::end(kRolling)) return true;
  // edge calls itself by the next version with "_alpha"; sid has no VERSION_ID.
  if (os.id == "alpine") {
    return os.version.contains("_alpha") || os.version == "edge" || os.codename == "edge";
  }
  if (os.id != "debian") return false;
  const bool is_named = os.codename == "sid" || os.codename == "unstable";
  return (os.version.empty() && is_named) || os.version == "sid";
}

}  // namespace bulkhead::advisory
