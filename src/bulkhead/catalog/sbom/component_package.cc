// How a component becomes a package: names and versions as their own tools write them, and the
// source package, which distributions' advisories speak of.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/library_sink.h"
#include "bulkhead/catalog/sbom/list_builder.h"
#include "bulkhead/catalog/source_rpm.h"
#include "bulkhead/model/package_names.h"
#include "bulkhead/model/sbom_names.h"

namespace bulkhead::catalog::sbom {
namespace {

namespace names = sbom_names;

// Other tools' properties. Trivy: pkg/sbom/core/bom.go (its SPDX says "SrcName: x" in annotations,
// which the reader gives the same names); Syft: the JSON names of its metadata structs.
constexpr std::string_view kTrivySource = "aquasecurity:trivy:SrcName";
constexpr std::string_view kTrivySourceVersion = "aquasecurity:trivy:SrcVersion";
constexpr std::string_view kTrivySourceRelease = "aquasecurity:trivy:SrcRelease";
constexpr std::string_view kTrivySourceEpoch = "aquasecurity:trivy:SrcEpoch";
constexpr std::string_view kTrivyModule = "aquasecurity:trivy:Modularitylabel";
constexpr std::string_view kSyftSource = "syft:metadata:source";
constexpr std::string_view kSyftSourceVersion = "syft:metadata:sourceVersion";
constexpr std::string_view kSyftOrigin = "syft:metadata:originPackage";
constexpr std::string_view kSyftSourceRpm = "syft:metadata:sourceRpm";
constexpr std::string_view kSyftModule = "syft:metadata:modularityLabel";

/// With an epoch in front, unless it is none or there already.
std::string with_epoch(std::string_view epoch, std::string_view version) {
  const bool is_bare = epoch.empty() || epoch == "0" || version.contains(':');
  return is_bare ? std::string(version) : fmt::format("{}:{}", epoch, version);
}

std::string_view epoch_of(std::string_view version) {
  const std::size_t colon = version.find(':');
  return colon == std::string_view::npos ? std::string_view() : version.substr(0, colon);
}

bool has_epochs(PackageType type) { return type == PackageType::deb || type == PackageType::rpm; }

/// As the type's own tools write it: "group:artifact", "@scope/name", "github.com/a/b"; packages of
/// distributions have the distribution in the purl's namespace.
std::string name_of(const Purl& purl, PackageType type) {
  if (purl.name_space.empty() || !is_library(type)) return purl.name;
  return fmt::format("{}{}{}", purl.name_space, type == PackageType::maven ? ":" : "/", purl.name);
}

struct SourcePackage {
  std::string name;
  std::string version;
};

SourcePackage source_of_rpm(std::string_view file_name, const Package& package) {
  const SourceRpm source = parse_source_rpm(file_name);
  if (source.name.empty()) return {};
  // A source rpm's name has no epoch: it is its packages', unless a spec sets others.
  return {std::string(source.name), with_epoch(epoch_of(package.version), source.version_release)};
}

/// "name", "name@version" or a source rpm's file name, as purls of several tools have it.
SourcePackage source_of_upstream(std::string_view upstream, const Package& package) {
  if (upstream.ends_with(".rpm")) return source_of_rpm(upstream, package);
  const std::size_t at = upstream.find('@');
  if (at == std::string_view::npos) return {std::string(upstream), {}};
  return {std::string(upstream.substr(0, at)), std::string(upstream.substr(at + 1))};
}

SourcePackage source_of(const Component& component, const Purl& purl, const Package& package) {
  if (!component.property(names::kOrigin).empty()) {
    return {std::string(component.property(names::kSourceName)),
            std::string(component.property(names::kSourceVersion))};
  }
  if (const std::string_view name = component.property(kTrivySource); !name.empty()) {
    std::string version(component.property(kTrivySourceVersion));
    if (const std::string_view release = component.property(kTrivySourceRelease);
        !release.empty() && !version.empty()) {
      version += fmt::format("-{}", release);
    }
    return {std::string(name), with_epoch(component.property(kTrivySourceEpoch), version)};
  }
  if (const std::string_view file = component.property(kSyftSourceRpm); !file.empty()) {
    return source_of_rpm(file, package);
  }
  for (const std::string_view property : {kSyftSource, kSyftOrigin}) {
    const std::string_view name = component.property(property);
    if (name.empty()) continue;
    return {std::string(name), std::string(component.property(kSyftSourceVersion))};
  }
  return source_of_upstream(purl.qualifier("upstream"), package);
}

/// "nodejs:18:8060020...:rhel8" names a module, its stream and one build of it: the first two.
std::string module_of(const Component& component, const Purl& purl) {
  std::string_view label;
  for (const std::string_view text :
       {component.property(names::kModule), purl.qualifier("rpmmod"),
        component.property(kTrivyModule), component.property(kSyftModule)}) {
    if (label.empty()) label = text;
  }
  const std::size_t first = label.find(':');
  if (first == std::string_view::npos) return {};
  return std::string(label.substr(0, label.find(':', first + 1)));
}

/// Ours as it was before the writer added the source package.
std::string own_purl(const Purl& purl) {
  std::vector<std::pair<std::string_view, std::string_view>> qualifiers(purl.qualifiers.begin(),
                                                                        purl.qualifiers.end());
  std::erase_if(qualifiers, [](const auto& row) { return row.first == "upstream"; });
  return make_purl(purl.type, purl.name_space, purl.name, purl.version, std::move(qualifiers));
}

Confidence confidence_of(std::string_view name) {
  for (const Confidence confidence : {Confidence::likely, Confidence::possible}) {
    if (confidence_name(confidence) == name) return confidence;
  }
  return Confidence::certain;
}

void take_own_fields(const Component& component, const Purl& purl, Package& package) {
  package.purl = own_purl(purl);
  package.id = component.property(names::kId);
  if (package.id.empty()) package.id = package.purl;
  package.origin =
      parse_origin_name(component.property(names::kOrigin)).value_or(Origin::installed);
  package.owner = component.property(names::kOwner);
  package.confidence = confidence_of(component.property(names::kConfidence));
  package.evidence = component.property(names::kEvidence);
  package.architecture = component.property(names::kArchitecture);
}

}  // namespace

Result<Package> package_of(const Component& component, const Purl& purl, PackageType type) {
  const bool is_own = !component.property(names::kOrigin).empty();
  Package package;
  package.type = type;
  package.purl = component.purl;
  package.id = component.purl;
  package.name = name_of(purl, type);
  package.version = purl.version.empty() ? component.version : purl.version;
  if (has_epochs(type)) package.version = with_epoch(purl.qualifier("epoch"), package.version);
  package.architecture = purl.qualifier("arch");
  package.licenses = component.licences;
  if (is_own) {
    take_own_fields(component, purl, package);
    // A purl writes some names in lower case.
    if (type != PackageType::maven && !component.name.empty()) package.name = component.name;
    if (!component.version.empty()) package.version = component.version;
  }
  if (!is_library_word(package.name) || !is_library_word(package.version)) {
    return fail(Code::malformed, fmt::format("{} has no version", component.purl));
  }
  SourcePackage source = source_of(component, purl, package);
  if (source.name != package.name && is_library_word(source.name)) {
    package.source_name = std::move(source.name);
  }
  if (source.version != package.version && is_library_word(source.version)) {
    package.source_version = std::move(source.version);
  }
  if (type == PackageType::rpm) {
    RpmOrigin origin{module_of(component, purl), component.vendor};
    if (is_own) origin.vendor = component.property(names::kVendor);
    if (origin != RpmOrigin{}) package.rpm = std::make_shared<RpmOrigin>(std::move(origin));
  }
  return package;
}

}  // namespace bulkhead::catalog::sbom
