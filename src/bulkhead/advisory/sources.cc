#include "bulkhead/advisory/sources.h"

#include <algorithm>

#include <fmt/format.h>

namespace bulkhead::advisory {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kProduct = kMiB;  // of endoflife.date: some ten thousand bytes
constexpr std::string_view kSupport = "os:";

// clang-format off
constexpr Site kSites[] = {
    // name            address                                                                       stated by
    {"alpine-secdb",   "https://secdb.alpinelinux.org/",                                             "https://secdb.alpinelinux.org/ (its index)"},
    {"amazon",         "https://cdn.amazonlinux.com/",                                               "https://help.hcl-software.com/bigfix/10.0/patch/Patch/Patch_Amazon_Linux/c_supported_packages.html (and https://github.com/quay/claircore, aws)"},
    {"azurelinux",     "https://raw.githubusercontent.com/microsoft/AzureLinuxVulnerabilityData/main/","https://github.com/microsoft/AzureLinuxVulnerabilityData"},
    {"bottlerocket",   "https://advisories.bottlerocket.aws/",                                       "https://bottlerocket.dev/en/os/latest/version-information/ (\"Security Advisories\")"},
    {"chainguard",     "https://packages.cgr.dev/chainguard/",                                       "https://edu.chainguard.dev/chainguard/chainguard-images/staying-secure/security-advisories/"},
    {"cisa-kev",       "https://www.cisa.gov/sites/default/files/feeds/",                            "https://www.cisa.gov/known-exploited-vulnerabilities-catalog"},
    {"debian-tracker", "https://security-tracker.debian.org/",                                       "https://security-tracker.debian.org/ (\"The JSON data\")"},
    {"endoflife",      "https://endoflife.date/",                                                    "https://endoflife.date/docs/api/v1/"},
    {"epss",           "https://epss.empiricalsecurity.com/",                                        "https://www.first.org/epss/data_stats"},
    {"fedora",         "https://dl.fedoraproject.org/pub/",                                          "https://docs.fedoraproject.org/en-US/quick-docs/fedora-repositories/"},
    {"oracle",         "https://linux.oracle.com/security/oval/",                                    "https://docs.oracle.com/en/operating-systems/oracle-linux/9/oscap/auditing_for_vulnerabilities_by_using_oval_definitions.html"},
    {"osv",            "https://osv-vulnerabilities.storage.googleapis.com/",                        "https://google.github.io/osv.dev/data/"},
    {"photon",         "https://packages.broadcom.com/photon/photon_cve_metadata/",                  "https://packages.broadcom.com/photon/photon_cve_metadata/ (its index)"},
    {"wolfi",          "https://packages.wolfi.dev/os/",                                             "https://github.com/wolfi-dev/os"},
};

// The first publisher that answers most: OSV where it is complete for a distribution, else the
// distribution's own. NVD's own interface is on nobody's way.
//
// OSV's archives of single releases ("Debian:12/all.zip") have not been written since October 2024;
// those of whole distributions are. Debian's own tracker is what OSV makes its records from, and
// it also says what is not fixed and why.
//
// Amazon Linux and Fedora build all architectures from the same sources, so the errata of one
// repository tell the versions of all (errata.h). Amazon Linux 1's repository has no address with
// TLS, so it has no row; neither have Amazon Linux 2's extras, some fifty repositories.
//
// Fedora's repository names no updates that later ones have replaced; Bodhi, which does, answers by
// pages alone.
//
// Only what a reader of feeds.cc can read is fetched. For Red Hat that is OSV's export of its errata:
// what it has not fixed is not in it. Red Hat's OVAL says it for releases up to 9, but is kept alive
// only (https://www.redhat.com/en/blog/red-hat-vex-files-cves-are-now-generally-available), and
// release 10 has none: what takes its place are the VEX files.
//
// OSV's records of Azure Linux were written once, its OVAL several times a day
// (https://github.com/microsoft/AzureLinuxVulnerabilityData/issues/4).
constexpr Source kSources[] = {
    // ecosystem         site              path                                                at most
    {"",                 "cisa-kev",       "known_exploited_vulnerabilities.json",             16 * kMiB},
    {"",                 "epss",           "epss_scores-current.csv.gz",                       32 * kMiB},
    {"AlmaLinux:",       "osv",            "AlmaLinux/all.zip",                                256 * kMiB},
    {"Alpine:",          "alpine-secdb",   "{release}/community.json",                         16 * kMiB, "community"},
    {"Alpine:",          "alpine-secdb",   "{release}/main.json",                              16 * kMiB, "main"},
    {"Amazon Linux:2",   "amazon",         "2/core/latest/x86_64/mirror.list",                 64 * kMiB, "core", SourceKind::mirror_list},
    {"Amazon Linux:2023", "amazon",        "al2023/core/mirrors/latest/x86_64/mirror.list",    64 * kMiB, "core", SourceKind::mirror_list},
    {"Azure Linux:1",    "azurelinux",     "cbl-mariner-1.0-oval.xml",                          32 * kMiB},
    {"Azure Linux:2",    "azurelinux",     "cbl-mariner-2.0-oval.xml",                          128 * kMiB},
    {"Azure Linux:3",    "azurelinux",     "azurelinux-3.0-oval.xml",                           128 * kMiB},
    {"Bitnami",          "osv",            "Bitnami/all.zip",                                  128 * kMiB},
    {"Bottlerocket",     "bottlerocket",   "updateinfo.xml.gz",                                32 * kMiB},
    {"CRAN",              "osv",            "CRAN/all.zip",                                     16 * kMiB},
    {"Chainguard",       "chainguard",     "security.json",                                    64 * kMiB},
    {"ConanCenter",       "osv",            "ConanCenter/all.zip",                              16 * kMiB},
    {"Debian:",          "debian-tracker", "tracker/data/json",                                256 * kMiB},
    {"Fedora:",          "fedora",         "fedora/linux/updates/{release}/Everything/x86_64/repodata/repomd.xml", 128 * kMiB, "everything", SourceKind::repository},
    {"Go",                "osv",            "Go/all.zip",                                       64 * kMiB},
    {"Hackage",           "osv",            "Hackage/all.zip",                                  16 * kMiB},
    {"Hex",               "osv",            "Hex/all.zip",                                      16 * kMiB},
    {"Mageia:",          "osv",            "Mageia/all.zip",                                   256 * kMiB},
    {"Maven",             "osv",            "Maven/all.zip",                                    128 * kMiB},
    {"NuGet",             "osv",            "NuGet/all.zip",                                    64 * kMiB},
    {"Oracle Linux:",    "oracle",         "com.oracle.elsa-ol{release}.xml.bz2",              64 * kMiB},
    {"Packagist",         "osv",            "Packagist/all.zip",                                64 * kMiB},
    {"Photon OS:",       "photon",         "cve_data_photon{release}.json",                    64 * kMiB},
    {"Pub",               "osv",            "Pub/all.zip",                                      16 * kMiB},
    {"PyPI",              "osv",            "PyPI/all.zip",                                     256 * kMiB},
    {"Red Hat:",         "osv",            "Red Hat/all.zip",                                  512 * kMiB},
    {"Rocky Linux:",     "osv",            "Rocky Linux/all.zip",                              256 * kMiB},
    {"RubyGems",          "osv",            "RubyGems/all.zip",                                 64 * kMiB},
    {"SUSE:",            "osv",            "SUSE/all.zip",                                     1024 * kMiB},
    {"SwiftURL",          "osv",            "SwiftURL/all.zip",                                 16 * kMiB},
    {"Ubuntu:",          "osv",            "Ubuntu/all.zip",                                   1024 * kMiB},
    {"Wolfi",            "wolfi",          "security.json",                                    64 * kMiB},
    {"crates.io",         "osv",            "crates.io/all.zip",                                32 * kMiB},
    {"npm",               "osv",            "npm/all.zip",                                      1024 * kMiB},
    {"openEuler:",       "osv",            "openEuler/all.zip",                                512 * kMiB},
    {"openSUSE:",        "osv",            "openSUSE/all.zip",                                 1024 * kMiB},
    {"os:almalinux",     "endoflife",      "api/v1/products/almalinux",                        kProduct},
    {"os:alpine",        "endoflife",      "api/v1/products/alpine-linux",                     kProduct},
    {"os:amzn",          "endoflife",      "api/v1/products/amazon-linux",                     kProduct},
    {"os:azurelinux",    "endoflife",      "api/v1/products/azure-linux",                      kProduct},
    {"os:centos",        "endoflife",      "api/v1/products/centos",                           kProduct},
    {"os:centos-stream", "endoflife",      "api/v1/products/centos-stream",                    kProduct},
    {"os:debian",        "endoflife",      "api/v1/products/debian",                           kProduct},
    {"os:fedora",        "endoflife",      "api/v1/products/fedora",                           kProduct},
    {"os:mageia",        "endoflife",      "api/v1/products/mageia",                           kProduct},
    {"os:mariner",       "endoflife",      "api/v1/products/azure-linux",                      kProduct},
    {"os:ol",            "endoflife",      "api/v1/products/oracle-linux",                     kProduct},
    {"os:openeuler",     "endoflife",      "api/v1/products/openeuler",                        kProduct},
    {"os:opensuse",      "endoflife",      "api/v1/products/opensuse",                         kProduct},
    {"os:opensuse-leap", "endoflife",      "api/v1/products/opensuse",                         kProduct},
    {"os:photon",        "endoflife",      "api/v1/products/photon",                           kProduct},
    {"os:rhel",          "endoflife",      "api/v1/products/rhel",                             kProduct},
    {"os:rocky",         "endoflife",      "api/v1/products/rocky-linux",                      kProduct},
    {"os:sles",          "endoflife",      "api/v1/products/sles",                             kProduct},
    {"os:ubuntu",        "endoflife",      "api/v1/products/ubuntu",                           kProduct},
};
// clang-format on

constexpr std::size_t kMostReleaseBytes = 64;

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Letters, digits, "-", "_", and between them ".", ":" and spaces: nothing that leaves a folder or
/// has a meaning in a URL.
bool is_release(std::string_view release) {
  if (release.empty() || release.size() > kMostReleaseBytes) return false;
  if (!is_plain(release.front()) || !is_plain(release.back()) || release.contains("..")) {
    return false;
  }
  return std::ranges::all_of(release, [](char c) {
    return is_plain(c) || c == '-' || c == '_' || c == '.' || c == ':' || c == ' ';
  });
}

/// The file of `source` for `ecosystem`, which the row fits.
SourceFile file_of(const Source& source, std::string_view ecosystem) {
  const std::string_view release = ecosystem.substr(source.ecosystem.size());
  std::string path(source.path);
  std::string_view family = source.ecosystem;
  constexpr std::string_view kRelease = "{release}";
  if (const std::size_t at = path.find(kRelease); at != std::string::npos) {
    path.replace(at, kRelease.size(), release);
    family = ecosystem;
  }
  return {std::string(family), std::string(source.site), std::move(path),
          source.most_bytes,   std::string(source.part), source.kind};
}

bool fits(const Source& source, std::string_view ecosystem) {
  if (!source.ecosystem.ends_with(':')) return source.ecosystem == ecosystem;
  return ecosystem.starts_with(source.ecosystem) &&
         is_release(ecosystem.substr(source.ecosystem.size()));
}

}  // namespace

std::span<const Site> sites() { return kSites; }

const Site* find_site(std::string_view name) {
  const auto* found = std::ranges::find(kSites, name, &Site::name);
  return found == std::end(kSites) ? nullptr : found;
}

std::span<const Source> sources() { return kSources; }

std::vector<SourceFile> files_of(std::string_view ecosystem) {
  std::vector<SourceFile> files;
  if (ecosystem.empty()) return files;
  for (const Source& source : kSources) {
    if (fits(source, ecosystem)) files.push_back(file_of(source, ecosystem));
  }
  return files;
}

std::vector<SourceFile> files_about_cves() {
  std::vector<SourceFile> files;
  for (const Source& source : kSources) {
    if (source.ecosystem.empty()) files.push_back(file_of(source, ""));
  }
  return files;
}

std::string SourceFile::mirror_path() const {
  constexpr std::string_view kList = "mirror.list";
  std::string name = site + "/" + path;
  if (kind == SourceKind::mirror_list && name.ends_with(kList)) {
    name.replace(name.size() - kList.size(), kList.size(), "repodata/repomd.xml");
  }
  return name;
}

std::string support_ecosystem(std::string_view os_id) {
  return std::string(kSupport) + std::string(os_id);
}

bool is_support_ecosystem(std::string_view ecosystem) { return ecosystem.starts_with(kSupport); }

bool SourceFile::is_of(std::string_view ecosystem) const {
  return family.ends_with(':') ? ecosystem.starts_with(family) : ecosystem == family;
}

std::string encode_path(std::string_view path) {
  std::string text;
  for (const char c : path) {
    if (is_plain(c) || std::string_view("-._~/:").contains(c)) {
      text.push_back(c);
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

}  // namespace bulkhead::advisory
