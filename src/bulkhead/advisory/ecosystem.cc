#include "bulkhead/advisory/ecosystem.h"

#include <algorithm>

namespace bulkhead::advisory {
namespace {

struct DebianRelease {
  std::string_view codename;
  std::string_view number;
};

// https://wiki.debian.org/DebianReleases; OSV writes the early ones with their point
// ("Debian:3.1").
constexpr DebianRelease kDebianReleases[] = {
    {"buzz", "1.1"},    {"rex", "1.2"},     {"bo", "1.3"},    {"hamm", "2.0"},  {"slink", "2.1"},
    {"potato", "2.2"},  {"woody", "3.0"},   {"sarge", "3.1"}, {"etch", "4"},    {"lenny", "5"},
    {"squeeze", "6"},   {"wheezy", "7"},    {"jessie", "8"},  {"stretch", "9"}, {"buster", "10"},
    {"bullseye", "11"}, {"bookworm", "12"}, {"trixie", "13"}, {"forky", "14"},  {"duke", "15"},
};

struct Distribution {
  std::string_view name;  // before the first colon
  std::string_view scheme;
};

// The distributions among the ecosystems of the OSV schema 1.7.
constexpr Distribution kDistributions[] = {
    {"AlmaLinux", "rpm"},
    {"Alpaquita", "apk"},
    {"Alpine", "apk"},
    {"Azure Linux", "rpm"},
    {"BellSoft Hardened Containers", "apk"},
    {"Chainguard", "apk"},
    {"Debian", "deb"},
    {"Echo", "deb"},
    {"Mageia", "rpm"},
    {"MinimOS", "apk"},
    {"openEuler", "rpm"},
    {"openSUSE", "rpm"},
    {"Photon OS", "rpm"},
    {"Red Hat", "rpm"},
    {"Rocky Linux", "rpm"},
    {"SUSE", "rpm"},
    {"Ubuntu", "deb"},
    {"Wolfi", "apk"},
};

const Distribution* find_distribution(std::string_view ecosystem) {
  const std::string_view name = ecosystem.substr(0, ecosystem.find(':'));
  const auto* found = std::ranges::find(kDistributions, name, &Distribution::name);
  return found == std::end(kDistributions) ? nullptr : found;
}

}  // namespace

std::string debian_ecosystem(std::string_view codename) {
  const auto* found = std::ranges::find(kDebianReleases, codename, &DebianRelease::codename);
  return "Debian:" + std::string(found == std::end(kDebianReleases) ? codename : found->number);
}

std::string normal_ecosystem(std::string_view ecosystem) {
  constexpr std::string_view kLongTerm = ":LTS";
  if (ecosystem.starts_with("Ubuntu:") && ecosystem.ends_with(kLongTerm)) {
    ecosystem.remove_suffix(kLongTerm.size());
  }
  return std::string(ecosystem);
}

bool is_distribution(std::string_view ecosystem) { return find_distribution(ecosystem) != nullptr; }

const version::Scheme* scheme_of(std::string_view ecosystem) {
  const Distribution* distribution = find_distribution(ecosystem);
  return distribution == nullptr ? nullptr : version::find_scheme(distribution->scheme);
}

}  // namespace bulkhead::advisory
