#include "bulkhead/advisory/ecosystem.h"

#include <algorithm>
#include <optional>

#include "bulkhead/advisory/codenames.h"

namespace bulkhead::advisory {
namespace {

struct UbuntuPocket {
  std::string_view name;
  std::string_view ecosystem;  // up to the release
};

// Parts of Ubuntu Pro, as OSV calls them. What is patched for others ("bluefield", "ros-esm") has
// no name there.
constexpr UbuntuPocket kUbuntuPockets[] = {
    {"esm", "Ubuntu:Pro:"},
    {"esm-infra", "Ubuntu:Pro:"},
    {"esm-apps", "Ubuntu:Pro:"},
    {"esm-infra-legacy", "Ubuntu:Pro:"},
    {"esm-apps-legacy", "Ubuntu:Pro:"},
    {"fips", "Ubuntu:Pro:FIPS:"},
    {"fips-preview", "Ubuntu:Pro:FIPS-preview:"},
    {"fips-updates", "Ubuntu:Pro:FIPS-updates:"},
    {"realtime", "Ubuntu:Pro:Realtime:"},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the number that `text` begins with; empty where there is none.
std::string_view take_number(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view number = text.substr(0, end);
  text.remove_prefix(end);
  return number;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// "9.4" is "9".
std::string major_alone(std::string_view release) { return std::string(take_number(release)); }

// Each takes what follows "Name:" and gives what shall, or nothing where it knows no better.

std::optional<std::string> ubuntu(std::string_view release) {
  constexpr std::string_view kLongTerm = ":LTS";
  if (!release.ends_with(kLongTerm)) return {};
  return std::string(release.substr(0, release.size() - kLongTerm.size()));
}

std::optional<std::string> alpine(std::string_view release) {
  if (release.empty() || !is_digit(release.front())) return {};
  return "v" + std::string(release);
}

std::optional<std::string> major(std::string_view release) {
  std::string number = major_alone(release);
  if (number.empty()) return {};
  return number;
}

std::optional<std::string> photon(std::string_view release) {
  std::string_view rest = release;
  if (take_number(rest).empty() || !rest.empty()) return {};
  return std::string(release) + ".0";
}

/// Red Hat's CPEs without "cpe:/o:redhat:": "enterprise_linux:9::appstream" is the main stream,
/// "rhel_eus:8.8::baseos" and its like are streams of a minor release, kept up for those who pay;
/// the last part is the repository.
/// @see https://www.redhat.com/en/blog/how-accurately-match-oval-security-data-installed-rpms
std::optional<std::string> red_hat(std::string_view cpe) {
  const std::string_view product = cpe.substr(0, cpe.find("::"));
  std::string_view rest = product;
  if (take_prefix(rest, "enterprise_linux:")) return major(rest);
  if (take_prefix(rest, "rhel_")) {
    for (const std::string_view stream : {"eus", "aus", "tus", "e4s", "els", "eus_long_life"}) {
      std::string_view release = rest;
      if (!take_prefix(release, stream) || !take_prefix(release, ":") || release.empty()) continue;
      return std::string(release) + ":" + std::string(stream);
    }
  }
  return std::string(product);
}

/// SUSE's names of products end in the release that they are part of: "15 SP5", "16.0", and what
/// support it takes: "15 SP3-LTSS". All servers, desktops and modules of a service pack share one
/// body of packages; SLE Micro counts its own releases.
std::optional<std::string> suse(std::string_view product) {
  const bool is_sle = product.starts_with("Linux Enterprise ");
  if (!is_sle && !product.starts_with("Linux Micro ")) return {};
  const std::size_t first = product.find_first_of("0123456789");
  if (first == std::string_view::npos) return {};
  const std::string_view name = product.substr(0, first);
  std::string_view rest = product.substr(first);
  std::string release(take_number(rest));
  if (take_prefix(rest, " SP") || take_prefix(rest, ".")) {
    release.append(".").append(take_number(rest));
  }
  std::string edition;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == ' ')) edition = rest.substr(1);
  if (edition.empty() && name.contains(" LTSS ")) edition = "LTSS";
  if (name.contains("Micro ")) release = "Micro " + release;
  return edition.empty() ? release : release + ":" + edition;
}

struct Distribution {
  std::string_view name;  // before the first colon
  std::string_view scheme;
  NameKind names;  // in OSV's records
  /// What follows the colon, in its normal form; may be null.
  std::optional<std::string> (*release)(std::string_view) = nullptr;
  std::string_view normal_name = {};  // where it is not `name`
};

constexpr NameKind kSource = NameKind::source;
constexpr NameKind kBinary = NameKind::binary;

// The distributions among the ecosystems of the OSV schema 1.7, and those that other feeds name.
// Red Hat names "a binary or source RPM" there; a source name is found where a binary one is the
// same.
constexpr Distribution kDistributions[] = {
    {"AlmaLinux", "rpm", kBinary, major},
    {"Alpaquita", "apk", kSource},
    {"Alpine", "apk", kSource, alpine},
    {"Amazon Linux", "rpm", kBinary},
    {"Arch Linux", "alpm", kBinary},
    {"Azure Linux", "rpm", kSource, major},
    {"BellSoft Hardened Containers", "apk", kSource},
    {"Bottlerocket", "rpm", kBinary},
    {"CBL-Mariner", "rpm", kSource, major, "Azure Linux"},
    {"Chainguard", "apk", kSource},
    {"Debian", "deb", kSource},
    {"Echo", "deb", kSource},
    {"Fedora", "rpm", kBinary},
    {"Mageia", "rpm", kSource},
    {"Mariner", "rpm", kSource, major, "Azure Linux"},
    {"MinimOS", "apk", kSource},
    {"openEuler", "rpm", kSource},
    {"openSUSE", "rpm", kSource},
    {"Oracle Linux", "rpm", kBinary, major},
    {"Photon OS", "rpm", kSource, photon},
    {"Red Hat", "rpm", kBinary, red_hat},
    {"Rocky Linux", "rpm", kSource, major},
    {"SUSE", "rpm", kSource, suse},
    {"Ubuntu", "deb", kSource, ubuntu},
    {"Wolfi", "apk", kSource},
};

constexpr LibraryEcosystem kLibraries[] = {
    {PackageType::cargo, "crates.io", "cargo"},
    {PackageType::composer, "Packagist", "packagist"},
    {PackageType::conan, "ConanCenter", "semver"},
    {PackageType::cran, "CRAN", "cran"},
    {PackageType::gem, "RubyGems", "rubygems"},
    {PackageType::golang, "Go", "go"},
    {PackageType::hackage, "Hackage", "hackage"},
    {PackageType::hex, "Hex", "semver"},
    {PackageType::maven, "Maven", "maven"},
    {PackageType::npm, "npm", "npm"},
    {PackageType::nuget, "NuGet", "nuget"},
    {PackageType::pub, "Pub", "pub"},
    {PackageType::pypi, "PyPI", "pypi"},
    {PackageType::swift, "SwiftURL", "semver"},
};

const Distribution* find_distribution(std::string_view ecosystem) {
  const std::string_view name = ecosystem.substr(0, ecosystem.find(':'));
  const auto* found = std::ranges::find(kDistributions, name, &Distribution::name);
  return found == std::end(kDistributions) ? nullptr : found;
}

/// Normal names as they are, so that they stay so: "Red Hat:9", "SUSE:15.3:LTSS".
bool begins_with_release(std::string_view release) {
  return !release.empty() && is_digit(release.front());
}

}  // namespace

std::string debian_ecosystem(std::string_view codename) {
  const std::string_view number = debian_release(codename);
  return "Debian:" + std::string(number.empty() ? codename : number);
}

std::string ubuntu_ecosystem(std::string_view release) {
  std::string_view prefix = "Ubuntu:";
  std::string_view codename = release;
  if (const std::size_t slash = release.find('/'); slash != std::string_view::npos) {
    std::string_view pocket = release.substr(0, slash);
    codename = release.substr(slash + 1);
    if (codename == "esm") std::swap(pocket, codename);
    const auto* row = std::ranges::find(kUbuntuPockets, pocket, &UbuntuPocket::name);
    if (row == std::end(kUbuntuPockets)) return {};
    prefix = row->ecosystem;
  }
  const std::string_view number = ubuntu_release(codename);
  return number.empty() ? std::string() : std::string(prefix) + std::string(number);
}

std::string normal_ecosystem(std::string_view ecosystem) {
  const Distribution* distribution = find_distribution(ecosystem);
  const std::size_t colon = ecosystem.find(':');
  if (distribution == nullptr || distribution->release == nullptr ||
      colon == std::string_view::npos) {
    return std::string(ecosystem);
  }
  const std::string_view release = ecosystem.substr(colon + 1);
  const bool is_cpe = distribution->release == red_hat;
  if (is_cpe && begins_with_release(release)) return std::string(ecosystem);
  const std::string_view name =
      distribution->normal_name.empty() ? distribution->name : distribution->normal_name;
  const std::optional<std::string> normal = distribution->release(release);
  return std::string(name) + ":" + (normal ? *normal : std::string(release));
}

bool is_distribution(std::string_view ecosystem) { return find_distribution(ecosystem) != nullptr; }

std::span<const LibraryEcosystem> library_ecosystems() { return kLibraries; }

const version::Scheme* scheme_of(std::string_view ecosystem) {
  if (ecosystem == "Bitnami") return version::find_scheme("bitnami");
  const auto* library = std::ranges::find(kLibraries, ecosystem, &LibraryEcosystem::name);
  if (library != std::end(kLibraries)) return version::find_scheme(library->scheme);
  const Distribution* distribution = find_distribution(ecosystem);
  return distribution == nullptr ? nullptr : version::find_scheme(distribution->scheme);
}

NameKind name_kind_of(std::string_view ecosystem) {
  const Distribution* distribution = find_distribution(ecosystem);
  return distribution == nullptr ? NameKind::source : distribution->names;
}

}  // namespace bulkhead::advisory
