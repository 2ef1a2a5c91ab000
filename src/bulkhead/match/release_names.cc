#include "bulkhead/match/release_names.h"

#include <algorithm>

#include "bulkhead/advisory/codenames.h"

namespace bulkhead::match::release_names {
namespace {

/// An unreleased Debian writes "trixie/sid" into debian_version, which also becomes a code name.
std::string_view debian_release(std::string_view codename) {
  return advisory::debian_release(codename.substr(0, codename.find('/')));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The first `components` numbers of "3.18.4_rc1": "3.18" for two; empty where there are fewer.
std::string leading_numbers(std::string_view version, int components) {
  std::size_t end = 0;
  for (int seen = 0; seen < components; ++seen) {
    if (seen > 0) {
      if (end == version.size() || version[end] != '.') return {};
      ++end;
    }
    const std::size_t begin = end;
    while (end < version.size() && is_digit(version[end])) ++end;
    if (end == begin) return {};
  }
  return std::string(version.substr(0, end));
}

/// The number of the release: by a code name that the base knows, else by VERSION_ID, which a
/// derivative with a code name of its own counts in its own way (Devuan 4 is Debian 11).
std::string release_number(const OsInfo& os, std::string_view (*release_of)(std::string_view),
                           int components, bool is_derived) {
  std::string by_version = leading_numbers(os.version, components);
  if (!is_derived && !by_version.empty()) return by_version;
  if (!os.codename.empty()) {
    const std::string_view by_codename = release_of(os.codename);
    if (!by_codename.empty()) return std::string(by_codename);
    if (is_derived) return {};
  }
  return by_version;
}

ReleaseNames named(std::string_view prefix, const std::string& release) {
  if (release.empty()) return {};
  return {.open = {std::string(prefix) + release}};
}

}  // namespace

ReleaseNames debian(const OsInfo& os, bool is_derived) {
  // Before etch a minor number made a release of its own; most data write it.
  const bool is_early = os.version.starts_with("3.");
  const std::string release = release_number(os, debian_release, is_early ? 2 : 1, is_derived);
  if (release.starts_with("3.")) return {.open = {"Debian:" + release, "Debian:3"}};
  if (!release.empty()) return {.open = {"Debian:" + release}};
  return named("Debian:", std::string(debian_release(os.version)));  // VERSION_ID=sid
}

ReleaseNames ubuntu(const OsInfo& os, bool is_derived) {
  const std::string release = release_number(os, advisory::ubuntu_release, 2, is_derived);
  if (release.empty()) return {};
  return {.open = {"Ubuntu:" + release}, .extended = {"Ubuntu:Pro:" + release}};
}

// https://alpinelinux.org/releases/: edge calls itself by the next version with "_alpha".
ReleaseNames alpine(const OsInfo& os, bool /*is_derived*/) {
  if (os.version.contains("_alpha") || os.version == "edge" || os.codename == "edge") {
    return {.open = {"Alpine:edge"}};
  }
  return named("Alpine:v", leading_numbers(os.version, 2));
}

// Rolling distributions: one body of data, whatever VERSION_ID says.
ReleaseNames wolfi(const OsInfo&, bool) { return {.open = {"Wolfi"}}; }
ReleaseNames chainguard(const OsInfo&, bool) { return {.open = {"Chainguard"}}; }
ReleaseNames arch(const OsInfo&, bool) { return {.open = {"Arch Linux"}}; }
ReleaseNames suse_tumbleweed(const OsInfo&, bool) { return {.open = {"openSUSE:Tumbleweed"}}; }
ReleaseNames bottlerocket(const OsInfo&, bool) { return {.open = {"Bottlerocket"}}; }

// A minor release takes over the fixes of its major one.
ReleaseNames red_hat(const OsInfo& os, bool) {
  return named("Red Hat:", leading_numbers(os.version, 1));
}
ReleaseNames almalinux(const OsInfo& os, bool) {
  return named("AlmaLinux:", leading_numbers(os.version, 1));
}
ReleaseNames rocky(const OsInfo& os, bool) {
  return named("Rocky Linux:", leading_numbers(os.version, 1));
}
ReleaseNames oracle(const OsInfo& os, bool) {
  return named("Oracle Linux:", leading_numbers(os.version, 1));
}
ReleaseNames fedora(const OsInfo& os, bool) {
  return named("Fedora:", leading_numbers(os.version, 1));
}
ReleaseNames mageia(const OsInfo& os, bool) {
  return named("Mageia:", leading_numbers(os.version, 1));
}
// 1.0 and 2.0 were called CBL-Mariner.
ReleaseNames azure(const OsInfo& os, bool) {
  return named("Azure Linux:", leading_numbers(os.version, 1));
}

/// Amazon Linux 1 counts by the month of its last image ("2018.03"), 2023 by the year alone.
/// @see https://docs.aws.amazon.com/linux/al2023/ug/naming-and-versioning.html
ReleaseNames amazon(const OsInfo& os, bool) {
  const std::string year = leading_numbers(os.version, 1);
  const bool is_first = year.size() == 4 && year <= "2018";
  return named("Amazon Linux:", is_first ? "1" : year);
}

ReleaseNames photon(const OsInfo& os, bool) {
  const std::string release = leading_numbers(os.version, 2);
  if (!release.empty()) return named("Photon OS:", release);
  const std::string number = leading_numbers(os.version, 1);
  return number.empty() ? ReleaseNames{} : named("Photon OS:", number + ".0");
}

/// VERSION_ID of SLE 15 SP5 is "15.5", of 15 without a service pack "15".
/// @see https://en.opensuse.org/SDB:SUSE_and_openSUSE_Products_Version_Outputs
ReleaseNames suse(const OsInfo& os, bool) {
  std::string release = leading_numbers(os.version, 2);
  if (release.empty()) release = leading_numbers(os.version, 1);
  if (release.empty()) return {};
  if (release.ends_with(".0") && release < "16") release.resize(release.size() - 2);
  return {.open = {"SUSE:" + release}, .extended = {"SUSE:" + release + ":LTSS"}};
}

ReleaseNames suse_micro(const OsInfo& os, bool) {
  return named("SUSE:Micro ", leading_numbers(os.version, 2));
}

ReleaseNames suse_leap(const OsInfo& os, bool) {
  return named("openSUSE:Leap ", leading_numbers(os.version, 2));
}

/// The code name has the kind of release: "22.03" and "lts-sp4" are "22.03-LTS-SP4".
ReleaseNames open_euler(const OsInfo& os, bool) {
  const std::string number = leading_numbers(os.version, 2);
  if (number.empty()) return {};
  std::string kind = os.codename;
  std::ranges::transform(kind, kind.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  return named("openEuler:", kind.empty() ? number : number + "-" + kind);
}

}  // namespace bulkhead::match::release_names
