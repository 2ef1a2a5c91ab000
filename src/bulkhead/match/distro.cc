#include "bulkhead/match/distro.h"

#include <algorithm>

#include "bulkhead/base/text.h"
#include "bulkhead/match/match.h"
#include "bulkhead/match/release_names.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::match {
namespace {

namespace names = release_names;
using enum PackageType;

// What the packages of each distribution have in their header's VENDOR tag. SUSE also signs for
// parts of openSUSE Leap, which takes packages of SLE as they are.
constexpr std::string_view kAlma[] = {"AlmaLinux"};
constexpr std::string_view kAmazon[] = {"Amazon Linux", "Amazon.com", "Amazon AWS"};
constexpr std::string_view kAzure[] = {"Microsoft Corporation"};
constexpr std::string_view kCentos[] = {"CentOS", "Red Hat, Inc."};
constexpr std::string_view kFedora[] = {"Fedora Project"};
constexpr std::string_view kMageia[] = {"Mageia.Org"};
constexpr std::string_view kOpenEuler[] = {"http://openeuler.org", "openEuler"};
constexpr std::string_view kOpenSuse[] = {"openSUSE", "SUSE LLC <https://www.suse.com/>",
                                          "SUSE Linux Products GmbH"};
constexpr std::string_view kOracle[] = {"Oracle America"};
constexpr std::string_view kPhoton[] = {"VMware, Inc.", "VMware by Broadcom", "Broadcom, Inc."};
constexpr std::string_view kRedHat[] = {"Red Hat, Inc."};
constexpr std::string_view kRocky[] = {"Rocky Enterprise Software Foundation", "Rocky"};
constexpr std::string_view kSuse[] = {"SUSE LLC <https://www.suse.com/>",
                                      "SUSE Linux Products GmbH"};

constexpr std::string_view kCentosBorrows =
    "CentOS publishes no advisory data: Red Hat's, from whose sources it is built, are used";
constexpr std::string_view kEsm = "Ubuntu Pro (ESM)";
constexpr std::string_view kLtss = "SUSE's LTSS";

// clang-format off
constexpr Distro kDistros[] = {
    // id                     type scheme  binary names of the release
    {"almalinux",             rpm,  "rpm",  true,  names::almalinux, kAlma},
    {"alpine",                apk,  "apk",  false, names::alpine},
    {"amzn",                  rpm,  "rpm",  true,  names::amazon, kAmazon},
    {"arch",                  alpm, "alpm", true,  names::arch},
    {"azurelinux",            rpm,  "rpm",  true,  names::azure, kAzure},
    {"bottlerocket",          rpm,  "rpm",  true,  names::bottlerocket},
    {"centos",                rpm,  "rpm",  true,  names::red_hat, kCentos, kCentosBorrows},
    {"chainguard",            apk,  "apk",  false, names::chainguard},
    {"debian",                deb,  "deb",  false, names::debian},
    {"fedora",                rpm,  "rpm",  true,  names::fedora, kFedora},
    {"mageia",                rpm,  "rpm",  true,  names::mageia, kMageia},
    {"mariner",               rpm,  "rpm",  true,  names::azure, kAzure},
    {"ol",                    rpm,  "rpm",  true,  names::oracle, kOracle},
    {"openeuler",             rpm,  "rpm",  true,  names::open_euler, kOpenEuler},
    {"opensuse",              rpm,  "rpm",  true,  names::suse_leap, kOpenSuse},
    {"opensuse-leap",         rpm,  "rpm",  true,  names::suse_leap, kOpenSuse},
    {"opensuse-microos",      rpm,  "rpm",  true,  names::suse_tumbleweed, kOpenSuse},
    {"opensuse-tumbleweed",   rpm,  "rpm",  true,  names::suse_tumbleweed, kOpenSuse},
    {"photon",                rpm,  "rpm",  true,  names::photon, kPhoton},
    {"rhel",                  rpm,  "rpm",  true,  names::red_hat, kRedHat},
    {"rocky",                 rpm,  "rpm",  true,  names::rocky, kRocky},
    {"sl-micro",              rpm,  "rpm",  true,  names::suse_micro, kSuse},
    {"sle-micro",             rpm,  "rpm",  true,  names::suse_micro, kSuse},
    {"sle-micro-rancher",     rpm,  "rpm",  true,  names::suse_micro, kSuse},
    {"sle_hpc",               rpm,  "rpm",  true,  names::suse, kSuse, {}, kLtss},
    {"sled",                  rpm,  "rpm",  true,  names::suse, kSuse, {}, kLtss},
    {"sles",                  rpm,  "rpm",  true,  names::suse, kSuse, {}, kLtss},
    {"sles_sap",              rpm,  "rpm",  true,  names::suse, kSuse, {}, kLtss},
    {"suse-microos",          rpm,  "rpm",  true,  names::suse_micro, kSuse},
    {"ubuntu",                deb,  "deb",  false, names::ubuntu, {}, {}, kEsm},
    {"wolfi",                 apk,  "apk",  false, names::wolfi},
};
// clang-format on

const Distro* find_distro(std::string_view id) {
  const auto row = std::ranges::find(kDistros, id, &Distro::id);
  return row == std::ranges::end(kDistros) ? nullptr : &*row;
}

/// Those whose packages carry ".el8" in their release.
constexpr std::string_view kElNames[] = {"AlmaLinux:", "Oracle Linux:", "Red Hat:", "Rocky Linux:"};

Release make_release(const Distro& distro, const OsInfo& os, bool is_derived) {
  ReleaseNames names = distro.names(os, is_derived);
  Release release{&distro, std::move(names.open), std::move(names.extended), is_derived, {}};
  if (release.ecosystems.empty()) return release;
  for (const std::string_view name : kElNames) {
    const std::string& own = release.ecosystems.front();
    if (own.starts_with(name)) release.el_release = own.substr(name.size());
  }
  return release;
}

}  // namespace

std::span<const Distro> distros() { return kDistros; }

Release find_release(const OsInfo& os) {
  if (const Distro* own = find_distro(os.id)) return make_release(*own, os, false);
  for (const std::string& like : os.id_like) {
    if (const Distro* base = find_distro(like)) return make_release(*base, os, true);
  }
  return {};
}

bool is_own_vendor(const Distro& distro, std::string_view vendor) {
  if (vendor.empty() || distro.vendors.empty()) return true;
  const std::string given = to_lower(vendor);
  return std::ranges::any_of(
      distro.vendors, [&](std::string_view own) { return given.starts_with(to_lower(own)); });
}

std::strong_ordering compare_versions(PackageType type, std::string_view a, std::string_view b) {
  const auto row = std::ranges::find(distros(), type, &Distro::type);
  const std::string_view name = row != distros().end()         ? row->scheme
                                : type == PackageType::bitnami ? std::string_view("bitnami")
                                                               : std::string_view();
  const version::Scheme* scheme = version::find_scheme(name);
  const bool is_a_taken = scheme != nullptr && scheme->check(a).has_value();
  const bool is_b_taken = scheme != nullptr && scheme->check(b).has_value();
  if (is_a_taken && is_b_taken) return scheme->compare(a, b);
  if (is_a_taken != is_b_taken) return is_a_taken <=> is_b_taken;
  return a <=> b;
}

}  // namespace bulkhead::match
