#include "bulkhead/match/distro.h"

#include <algorithm>
#include <optional>

#include "bulkhead/match/match.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::match {
namespace {

struct Codename {
  std::string_view name;
  std::string_view release;
};

// https://www.debian.org/releases/ and https://wiki.debian.org/DebianReleases. Testing has no
// VERSION_ID until shortly before its release, so its code name is all that there is.
constexpr Codename kDebianCodenames[] = {
    {"woody", "3.0"}, {"sarge", "3.1"},   {"etch", "4"},      {"lenny", "5"},
    {"squeeze", "6"}, {"wheezy", "7"},    {"jessie", "8"},    {"stretch", "9"},
    {"buster", "10"}, {"bullseye", "11"}, {"bookworm", "12"}, {"trixie", "13"},
    {"forky", "14"},  {"duke", "15"},     {"sid", "sid"},     {"unstable", "sid"},
};

// https://wiki.ubuntu.com/Releases, those that derivatives still build upon.
constexpr Codename kUbuntuCodenames[] = {
    {"precise", "12.04"},  {"trusty", "14.04"}, {"xenial", "16.04"},   {"bionic", "18.04"},
    {"focal", "20.04"},    {"jammy", "22.04"},  {"kinetic", "22.10"},  {"lunar", "23.04"},
    {"mantic", "23.10"},   {"noble", "24.04"},  {"oracular", "24.10"}, {"plucky", "25.04"},
    {"questing", "25.10"},
};

std::optional<std::string_view> release_of(std::span<const Codename> table,
                                           std::string_view codename) {
  // An unreleased Debian writes "trixie/sid" into debian_version, which also becomes a code name.
  const std::string_view first = codename.substr(0, codename.find('/'));
  const auto row = std::ranges::find(table, first, &Codename::name);
  if (row == table.end()) return std::nullopt;
  return row->release;
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
std::string release_number(const OsInfo& os, std::span<const Codename> codenames, int components,
                           bool is_derived) {
  std::string by_version = leading_numbers(os.version, components);
  if (!is_derived && !by_version.empty()) return by_version;
  if (!os.codename.empty()) {
    const auto by_codename = release_of(codenames, os.codename);
    if (by_codename) return std::string(*by_codename);
    if (is_derived) return {};
  }
  return by_version;
}

std::vector<std::string> debian(const OsInfo& os, bool is_derived) {
  // Before etch a minor number made a release of its own; most data write it.
  const bool is_early = os.version.starts_with("3.");
  const std::string release = release_number(os, kDebianCodenames, is_early ? 2 : 1, is_derived);
  if (release.starts_with("3.")) return {"Debian:" + release, "Debian:3"};
  if (!release.empty()) return {"Debian:" + release};
  const auto by_version = release_of(kDebianCodenames, os.version);  // VERSION_ID=sid
  if (!by_version) return {};
  return {"Debian:" + std::string(*by_version)};
}

std::vector<std::string> ubuntu(const OsInfo& os, bool is_derived) {
  const std::string release = release_number(os, kUbuntuCodenames, 2, is_derived);
  if (release.empty()) return {};
  // OSV writes "Ubuntu:22.04:LTS" of some (OSV schema 1.7, "Defined ecosystems"); the importer
  // takes the ":LTS" off.
  return {"Ubuntu:" + release};
}

// https://alpinelinux.org/releases/: edge calls itself by the next version with "_alpha".
std::vector<std::string> alpine(const OsInfo& os, bool /*is_derived*/) {
  if (os.version.contains("_alpha") || os.version == "edge" || os.codename == "edge") {
    return {"Alpine:edge"};
  }
  const std::string release = leading_numbers(os.version, 2);
  if (release.empty()) return {};
  return {"Alpine:v" + release};
}

// Rolling distributions: one body of data, whatever VERSION_ID says.
std::vector<std::string> wolfi(const OsInfo&, bool) { return {"Wolfi"}; }
std::vector<std::string> chainguard(const OsInfo&, bool) { return {"Chainguard"}; }

// clang-format off
constexpr Distro kDistros[] = {
    // id          type              scheme  names of the release
    {"alpine",     PackageType::apk, "apk",  alpine},
    {"chainguard", PackageType::apk, "apk",  chainguard},
    {"debian",     PackageType::deb, "deb",  debian},
    {"ubuntu",     PackageType::deb, "deb",  ubuntu},
    {"wolfi",      PackageType::apk, "apk",  wolfi},
};
// clang-format on

const Distro* find_distro(std::string_view id) {
  const auto row = std::ranges::find(kDistros, id, &Distro::id);
  return row == std::ranges::end(kDistros) ? nullptr : &*row;
}

}  // namespace

std::span<const Distro> distros() { return kDistros; }

Release find_release(const OsInfo& os) {
  if (const Distro* own = find_distro(os.id)) return {own, own->ecosystems(os, false), false};
  for (const std::string& like : os.id_like) {
    if (const Distro* base = find_distro(like)) return {base, base->ecosystems(os, true), true};
  }
  return {};
}

std::strong_ordering compare_versions(PackageType type, std::string_view a, std::string_view b) {
  const auto row = std::ranges::find(distros(), type, &Distro::type);
  const version::Scheme* scheme =
      row == distros().end() ? nullptr : version::find_scheme(row->scheme);
  const bool is_a_taken = scheme != nullptr && scheme->check(a).has_value();
  const bool is_b_taken = scheme != nullptr && scheme->check(b).has_value();
  if (is_a_taken && is_b_taken) return scheme->compare(a, b);
  if (is_a_taken != is_b_taken) return is_a_taken <=> is_b_taken;
  return a <=> b;
}

}  // namespace bulkhead::match
