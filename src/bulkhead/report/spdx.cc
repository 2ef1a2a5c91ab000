#include "bulkhead/report/spdx.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/text.h"
#include "bulkhead/report/inventory_fields.h"
#include "bulkhead/report/json_stream.h"
#include "bulkhead/report/licence.h"
#include "bulkhead/report/package_index.h"
#include "bulkhead/report/target_name.h"
#include "bulkhead/report/text_fields.h"

namespace bulkhead::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kDocument = "SPDXRef-DOCUMENT";
constexpr std::string_view kRoot = "SPDXRef-Target";
constexpr std::string_view kSystem = "SPDXRef-OperatingSystem";
// The address below which document names lie; nothing has to be there.
constexpr std::string_view kNamespace = "https://bulkhead.invalid/spdx/";

std::string element_id(std::size_t package) { return fmt::format("SPDXRef-Package-{}", package); }

Json base_of(std::string_view id, std::string_view name, std::string_view purpose) {
  return Json{{"SPDXID", id},
              {"name", name.empty() ? "unknown" : utf8(name)},
              {"downloadLocation", "NOASSERTION"},
              {"filesAnalyzed", false},
              {"licenseConcluded", "NOASSERTION"},
              {"licenseDeclared", "NOASSERTION"},
              {"copyrightText", "NOASSERTION"},
              {"primaryPackagePurpose", purpose}};
}

std::string purpose_word(const Package& package) {
  return is_library(package.type) ? "LIBRARY" : "APPLICATION";
}

class SpdxDocument {
 public:
  SpdxDocument(const ScanReport& report, std::string_view uuid, std::ostream& out)
      : report_(report), uuid_(uuid), created_(format_utc(report.created_unix_s)), json_(out) {}

  void write() {
    const std::string name = image_name(report_.target);
    json_.member("spdxVersion", R"("SPDX-2.3")");
    json_.member("dataLicense", R"("CC0-1.0")");
    json_.member("SPDXID", Json(kDocument).dump());
    json_.member("name", Json(name).dump());
    if (!uuid_.empty()) {
      json_.member("documentNamespace", Json(fmt::format("{}{}", kNamespace, uuid_)).dump());
    }
    write_creation();
    json_.member("documentDescribes", Json::array({kRoot}).dump());
    write_packages();
    write_licences();
    write_relationships();
    json_.end();
  }

 private:
  void write_creation() {
    const std::string& version = report_.tool_version;
    Json creation{
        {"created", created_},
        {"creators",
         Json::array({fmt::format("Tool: bulkhead-{}", version.empty() ? "unknown" : version)})}};
    if (!report_.is_complete) {
      creation["comment"] = "This list is not complete: a part of the target could not be read";
    }
    json_.member("creationInfo", creation.dump());
  }

  /// The fields that SPDX has no place for, as one annotation: a JSON list of names and values.
  Json annotations_of(const std::vector<InventoryField>& fields) const {
    Json list = Json::array();
    for (const InventoryField& field : fields) {
      list.push_back({{"name", field.name}, {"value", field.value}});
    }
    return Json::array({{{"annotationDate", created_},
                         {"annotationType", "OTHER"},
                         {"annotator", "Tool: bulkhead"},
                         {"comment", list.dump()}}});
  }

  void write_packages() {
    json_.open_list("packages");
    json_.element(root_package().dump());
    if (report_.os) json_.element(system_package(*report_.os).dump());
    for (std::size_t i = 0; i < report_.packages.size(); ++i) {
      json_.element(package_of(report_.packages[i], i).dump());
    }
    json_.close();
  }

  Json root_package() const {
    const TargetInfo& target = report_.target;
    const bool is_image = target.kind == TargetKind::image || !target.image_id.empty();
    Json json = base_of(kRoot, image_name(target), is_image ? "CONTAINER" : "FILE");
    put_text(json, "versionInfo", target.manifest_digest);
    if (const std::string_view digits = sha256_digits(target.manifest_digest); !digits.empty()) {
      json["checksums"] = Json::array({{{"algorithm", "SHA256"}, {"checksumValue", digits}}});
    }
    json["annotations"] = annotations_of(target_fields(report_));
    return json;
  }

  Json system_package(const OsInfo& os) const {
    Json json = base_of(kSystem, os.id, "OPERATING_SYSTEM");
    put_text(json, "versionInfo", os.version);
    put_text(json, "description", os.pretty_name);
    json["annotations"] = annotations_of(system_fields(os));
    return json;
  }

  Json package_of(const Package& package, std::size_t number) {
    Json json = base_of(element_id(number), package.name, purpose_word(package));
    put_text(json, "versionInfo", package.version);
    if (!package.vendor().empty()) {
      json["supplier"] = fmt::format("Organization: {}", utf8(package.vendor()));
    }
    std::vector<std::string_view> texts;
    json["licenseDeclared"] = whole_expression(package.licenses, texts);
    for (const std::string_view text : texts) texts_.try_emplace(licence_ref(text), text);
    put_text(json, "sourceInfo", source_info(package));
    json["externalRefs"] = Json::array({{{"referenceCategory", "PACKAGE-MANAGER"},
                                         {"referenceType", "purl"},
                                         {"referenceLocator", purl_with_source(package)}}});
    json["annotations"] = annotations_of(package_fields(package));
    return json;
  }

  /// For people; programs read the annotation.
  std::string source_info(const Package& package) const {
    std::string text;
    for (const Location& location : package.locations) {
      text += fmt::format("{}found in {} (layer {}", text.empty() ? "" : ", ", location.path,
                          location.layer);
      const bool is_known =
          location.layer < report_.layers.size() && !report_.layers[location.layer].diff_id.empty();
      if (is_known) text += fmt::format(", {}", report_.layers[location.layer].diff_id);
      text += ')';
    }
    const bool has_source = !package.source_name.empty() || !package.source_version.empty();
    if (has_source) {
      text += fmt::format("{}built from the source package {} {}", text.empty() ? "" : "; ",
                          package.match_name(), package.match_version());
    }
    return text;
  }

  void write_licences() {
    if (texts_.empty()) return;
    json_.open_list("hasExtractedLicensingInfos");
    for (const auto& [id, text] : texts_) {
      json_.element(
          Json{{"licenseId", id}, {"name", utf8_prefix(text, 200)}, {"extractedText", utf8(text)}}
              .dump());
    }
    json_.close();
  }

  void relate(std::string_view from, std::string_view how, std::string_view to) {
    json_.element(
        Json{{"spdxElementId", from}, {"relationshipType", how}, {"relatedSpdxElement", to}}
            .dump());
  }

  /// The document describes the target, which contains everything; a package of the system
  /// contains the libraries that it installed.
  void write_relationships() {
    const PackageIndex packages(report_.packages);
    json_.open_list("relationships");
    relate(kDocument, "DESCRIBES", kRoot);
    if (report_.os) relate(kRoot, "CONTAINS", kSystem);
    for (std::size_t i = 0; i < report_.packages.size(); ++i) {
      const std::string& owner = report_.packages[i].owner.str();
      const Package* package = owner.empty() ? nullptr : packages.find(owner);
      relate(package == nullptr
                 ? std::string(kRoot)
                 : element_id(static_cast<std::size_t>(package - report_.packages.data())),
             "CONTAINS", element_id(i));
    }
    json_.close();
  }

  const ScanReport& report_;
  std::string_view uuid_;
  std::string created_;
  JsonStream json_;
  std::map<std::string, std::string_view> texts_;  // of licences that have no id, by their names
};

}  // namespace

Result<void> write_spdx(const ScanReport& report, const WriteOptions& /*options*/,
                        std::ostream& out) {
  BH_TRY(const std::string uuid, content_uuid([&](std::ostream& hashed) -> Result<void> {
           SpdxDocument(report, "", hashed).write();
           return {};
         }));
  SpdxDocument(report, uuid, out).write();
  out.flush();
  if (!out) return fail(Code::io, "report: writing the SPDX document failed");
  return {};
}

}  // namespace bulkhead::report
