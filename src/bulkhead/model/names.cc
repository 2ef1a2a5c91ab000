// The words that reports use for the model's enumerations.
#include "bulkhead/model/finding.h"
#include "bulkhead/model/package.h"
#include "bulkhead/model/package_names.h"
#include "bulkhead/model/report.h"

namespace bulkhead {

std::string_view type_name(PackageType type) {
  switch (type) {
    case PackageType::alpm:
      return "alpm";
    case PackageType::apk:
      return "apk";
    case PackageType::bitnami:
      return "bitnami";
    case PackageType::cargo:
      return "cargo";
    case PackageType::composer:
      return "composer";
    case PackageType::conan:
      return "conan";
    case PackageType::conda:
      return "conda";
    case PackageType::cran:
      return "cran";
    case PackageType::deb:
      return "deb";
    case PackageType::gem:
      return "gem";
    case PackageType::generic:
      return "generic";
    case PackageType::golang:
      return "golang";
    case PackageType::hackage:
      return "hackage";
    case PackageType::hex:
      return "hex";
    case PackageType::maven:
      return "maven";
    case PackageType::npm:
      return "npm";
    case PackageType::nuget:
      return "nuget";
    case PackageType::opkg:
      return "opkg";
    case PackageType::pub:
      return "pub";
    case PackageType::pypi:
      return "pypi";
    case PackageType::rpm:
      return "rpm";
    case PackageType::swift:
      return "swift";
  }
  return "generic";
}

std::optional<PackageType> parse_type_name(std::string_view name) {
  constexpr auto kLast = static_cast<int>(PackageType::swift);
  for (int i = 0; i <= kLast; ++i) {
    const auto type = static_cast<PackageType>(i);
    if (type_name(type) == name) return type;
  }
  return std::nullopt;
}

bool is_library(PackageType type) {
  switch (type) {
    case PackageType::alpm:
    case PackageType::apk:
    case PackageType::bitnami:
    case PackageType::deb:
    case PackageType::generic:
    case PackageType::opkg:
    case PackageType::rpm:
      return false;
    default:
      return true;
  }
}

std::string_view origin_name(Origin origin) {
  switch (origin) {
    case Origin::installed:
      return "installed";
    case Origin::declared:
      return "declared";
    case Origin::embedded:
      return "embedded";
    case Origin::inferred:
      return "inferred";
  }
  return "inferred";
}

std::optional<Origin> parse_origin_name(std::string_view name) {
  for (const Origin origin :
       {Origin::installed, Origin::declared, Origin::embedded, Origin::inferred}) {
    if (origin_name(origin) == name) return origin;
  }
  return std::nullopt;
}

std::string_view suppression_status_name(SuppressionStatus status) {
  switch (status) {
    case SuppressionStatus::ignored:
      return "ignored";
    case SuppressionStatus::not_affected:
      return "not_affected";
    case SuppressionStatus::fixed:
      return "fixed";
    case SuppressionStatus::baseline:
      return "baseline";
  }
  return "ignored";
}

std::string_view finding_kind_name(FindingKind kind) {
  switch (kind) {
    case FindingKind::vulnerability:
      return "vulnerability";
    case FindingKind::support:
      return "support";
  }
  return "vulnerability";
}

std::string_view target_kind_name(TargetKind kind) {
  switch (kind) {
    case TargetKind::image:
      return "image";
    case TargetKind::rootfs:
      return "rootfs";
    case TargetKind::directory:
      return "directory";
    case TargetKind::sbom:
      return "sbom";
  }
  return "image";
}

}  // namespace bulkhead
