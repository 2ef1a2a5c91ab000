#include "bulkhead/match/words.h"

#include <algorithm>

#include <fmt/format.h>

namespace bulkhead::match {
namespace {

/// Debian policy 5.6.1 and Alpine's APKBUILD(5) allow no more than these in a name (and "_", upper
/// case in old Alpine packages).
bool is_plain_name(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '-' || c == '.' || c == '_';
  };
  return !name.empty() && name.front() != '-' && std::ranges::all_of(name, is_plain);
}

std::string upgrade_instruction(const Package& package) {
  if (!is_plain_name(package.name)) return {};
  switch (package.type) {
    case PackageType::alpm:  // upgrades of single packages are not supported there
      return "RUN pacman -Syu --noconfirm";
    case PackageType::apk:
      return fmt::format("RUN apk add --no-cache --upgrade {}", package.name);
    case PackageType::deb:
      return fmt::format("RUN apt-get update && apt-get install -y --only-upgrade {}",
                         package.name);
    case PackageType::opkg:
      return fmt::format("RUN opkg update && opkg upgrade {}", package.name);
    case PackageType::rpm:
      return fmt::format("RUN dnf upgrade -y {}", package.name);
    default:  // a new image, or the application's own manifest, is the way
      return {};
  }
}

}  // namespace

std::string remediation_of(const Vulnerability& vulnerability, const Package& package) {
  const std::string& source = package.match_name();
  if (vulnerability.is_malicious) {
    return fmt::format("remove {} {}: it is malicious; take what it could read as known to others",
                       package.name, package.version);
  }
  if (!vulnerability.extended_fix.empty()) {
    return fmt::format(
        "{} is fixed in {}, which comes with {} alone: take that up, or move to a "
        "newer release",
        source, vulnerability.extended_fix, vulnerability.extended_name);
  }
  if (vulnerability.confidence == Confidence::possible) {
    return fmt::format("the distribution has not decided yet whether {} is affected", source);
  }
  switch (vulnerability.fix_state) {
    case FixState::fixed: {
      const std::string instruction = upgrade_instruction(package);
      std::string text = fmt::format("upgrade {} to {}", source, vulnerability.fixed_version);
      if (!instruction.empty()) text += fmt::format("; in a Dockerfile: {}", instruction);
      return text;
    }
    case FixState::not_fixed:
      return fmt::format("no fix yet for {} in this release", source);
    case FixState::will_not_fix:
      return fmt::format(
          "the distribution will not fix {} in this release: move to a newer release, or remove "
          "the package",
          source);
    case FixState::deferred:
      return fmt::format(
          "the distribution has put off the fix for {}: it may come with a later "
          "update of this release",
          source);
    case FixState::end_of_life:
      return fmt::format(
          "{} is no longer supported in this release: move to a newer release, or "
          "remove the package",
          source);
    case FixState::unknown:
      return fmt::format("no fix is known for {} in this release", source);
  }
  return {};
}

void add_words(Words& words, const advisory::AdvisoryText& text) {
  if (words.title.empty()) words.title = text.title;
  if (words.detail.empty()) words.detail = text.detail;
  for (const std::string& reference : text.references) {
    if (std::ranges::find(words.references, reference) == words.references.end()) {
      words.references.push_back(reference);
    }
  }
}

}  // namespace bulkhead::match
