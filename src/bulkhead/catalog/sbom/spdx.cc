#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/sbom/readers.h"

namespace bulkhead::catalog::sbom {
namespace {

using format::JsonValue;

constexpr std::string_view kVersions[] = {"SPDX-2.2", "SPDX-2.3"};

/// primaryPackagePurpose in CycloneDX's words.
std::string_view type_of(std::string_view purpose) {
  if (purpose == "OPERATING-SYSTEM" || purpose == "OPERATING_SYSTEM") return "operating-system";
  if (purpose == "CONTAINER") return "container";
  if (purpose == "FILE") return "file";
  if (purpose == "LIBRARY" || purpose == "FRAMEWORK") return "library";
  return "application";
}

/// "Organization: Red Hat, Inc. (mail)": the name.
std::string vendor_of(std::string_view text) {
  constexpr std::string_view kPrefix = "Organization: ";
  if (!text.starts_with(kPrefix)) return {};
  return std::string(trim(text.substr(kPrefix.size())));
}

class SpdxReader {
 public:
  explicit SpdxReader(ListBuilder& into) : into_(into) {}

  Result<void> read(JsonValue root) {
    const std::string_view version = root["spdxVersion"].text_or("");
    if (std::ranges::find(kVersions, version) == std::end(kVersions)) {
      return fail(Code::unsupported,
                  fmt::format("sbom: SPDX '{}': only 2.2 and 2.3 are read", version));
    }
    if (!root["packages"].is_array()) {
      return fail(Code::malformed, "sbom: the SPDX document has no list \"packages\"");
    }
    root["hasExtractedLicensingInfos"].for_each_element([&](JsonValue info) {
      texts_.try_emplace(info["licenseId"].text_or(""), info["extractedText"].text_or(""));
    });
    find_described(root);
    root["packages"].for_each_element([&](JsonValue item) {
      if (described_.contains(item["SPDXID"].text_or(""))) into_.set_target(component_of(item));
    });
    root["packages"].for_each_element([&](JsonValue item) { add(item); });
    root["relationships"].for_each_element([&](JsonValue relation) { relate(relation); });
    return {};
  }

 private:
  void find_described(JsonValue root) {
    root["documentDescribes"].for_each_element(
        [&](JsonValue id) { described_.insert(id.text_or("")); });
    root["relationships"].for_each_element([&](JsonValue relation) {
      if (relation["relationshipType"].text_or("") != "DESCRIBES") return;
      described_.insert(relation["relatedSpdxElement"].text_or(""));
    });
  }

  void add(JsonValue item) {
    const Component component = component_of(item);
    const bool is_described = described_.contains(component.ref);
    // What the document describes may be a package itself, or the image that holds them.
    if (is_described && (component.purl.empty() || component.type == "container" ||
                         component.purl.starts_with("pkg:oci/"))) {
      return;
    }
    into_.add(component);
  }

  Component component_of(JsonValue item) {
    Component component;
    component.ref = item["SPDXID"].text_or("");
    component.type = type_of(item["primaryPackagePurpose"].text_or("LIBRARY"));
    component.name = item["name"].text_or("");
    component.version = item["versionInfo"].text_or("");
    component.vendor = vendor_of(item["supplier"].text_or(""));
    if (component.vendor.empty()) component.vendor = vendor_of(item["originator"].text_or(""));
    item["externalRefs"].for_each_element([&](JsonValue reference) {
      const bool is_purl = reference["referenceType"].text_or("") == "purl";
      if (is_purl && component.purl.empty()) {
        component.purl = reference["referenceLocator"].text_or("");
      }
    });
    read_licence(item["licenseDeclared"].text_or(""), component);
    read_source_info(item["sourceInfo"].text_or(""), component);
    item["annotations"].for_each_element(
        [&](JsonValue annotation) { read_comment(annotation["comment"].text_or(""), component); });
    item["attributionTexts"].for_each_element(
        [&](JsonValue text) { read_comment(text.text_or(""), component); });
    return component;
  }

  void read_licence(std::string_view text, Component& component) const {
    if (text.empty() || text == "NOASSERTION" || text == "NONE") return;
    const auto known = texts_.find(text);
    component.licences.emplace_back(known == texts_.end() ? text : known->second);
  }

  /// Trivy's "built package from: NAME VERSION".
  static void read_source_info(std::string_view text, Component& component) {
    constexpr std::string_view kPrefix = "built package from: ";
    if (!text.starts_with(kPrefix)) return;
    const std::string_view source = trim(text.substr(kPrefix.size()));
    const std::size_t blank = source.find(' ');
    component.properties.emplace_back("aquasecurity:trivy:SrcName", source.substr(0, blank));
    if (blank == std::string_view::npos) return;
    component.properties.emplace_back("aquasecurity:trivy:SrcVersion",
                                      trim(source.substr(blank + 1)));
  }

  /// Ours: a JSON list of names and values. Trivy's: "LayerDiffID: sha256:...".
  void read_comment(std::string_view text, Component& component) {
    if (text.starts_with("[{\"name\":\"bulkhead:")) {
      const Result<JsonValue> list = comment_.parse(text);
      if (!list) return;
      list->for_each_element([&](JsonValue field) {
        component.properties.emplace_back(field["name"].text_or(""), field["value"].text_or(""));
      });
      return;
    }
    const std::size_t colon = text.find(": ");
    if (colon == std::string_view::npos || text.substr(0, colon).contains(' ')) return;
    component.properties.emplace_back(fmt::format("aquasecurity:trivy:{}", text.substr(0, colon)),
                                      text.substr(colon + 2));
  }

  /// Syft's relationship of a package to a library among its files.
  void relate(JsonValue relation) {
    constexpr std::string_view kOverlap = "ownership-by-file-overlap";
    if (relation["relationshipType"].text_or("") != "OTHER") return;
    if (!relation["comment"].text_or("").starts_with(kOverlap)) return;
    into_.set_owner(relation["spdxElementId"].text_or(""),
                    relation["relatedSpdxElement"].text_or(""));
  }

  ListBuilder& into_;
  format::JsonDocument comment_;
  std::unordered_set<std::string_view> described_;
  std::unordered_map<std::string_view, std::string_view> texts_;
};

}  // namespace

Result<void> read_spdx(JsonValue root, ListBuilder& into) { return SpdxReader(into).read(root); }

}  // namespace bulkhead::catalog::sbom
