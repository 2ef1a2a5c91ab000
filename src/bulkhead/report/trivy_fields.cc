#include "bulkhead/report/trivy_fields.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/text.h"
#include "bulkhead/report/rating.h"
#include "bulkhead/report/text_fields.h"

namespace bulkhead::report {
namespace {

using Json = nlohmann::ordered_json;

struct DataSource {
  std::string_view feed;  // the feed's name, or its part before "/"
  std::string_view id;
  std::string_view name;
  std::string_view address;
};

constexpr DataSource kDataSources[] = {
    {"alpine-secdb", "alpine", "Alpine Secdb", "https://secdb.alpinelinux.org/"},
    {"debian-tracker", "debian", "Debian Security Tracker",
     "https://security-tracker.debian.org/tracker/"},
    {"osv", "osv", "OSV", "https://osv.dev/"},
};

/// Trivy knows five severities; what is negligible is low there.
std::string_view severity_word(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return "CRITICAL";
    case Severity::high:
      return "HIGH";
    case Severity::medium:
      return "MEDIUM";
    case Severity::low:
    case Severity::negligible:
      return "LOW";
    case Severity::unknown:
      return "UNKNOWN";
  }
  return "UNKNOWN";
}

std::string_view status_word(const Finding& finding) {
  switch (finding.fix_state) {
    case FixState::fixed:
      return "fixed";
    case FixState::will_not_fix:
      return "will_not_fix";
    case FixState::deferred:
      return "fix_deferred";
    case FixState::end_of_life:
      return "end_of_life";
    case FixState::not_fixed:
    case FixState::unknown:
      return finding.fixed_version.empty() ? "affected" : "fixed";
  }
  return "affected";
}

Json layer_json(const LayerInfo& layer) {
  Json json = Json::object();
  put_text(json, "Digest", layer.digest);
  put_text(json, "DiffID", layer.diff_id);
  return json;
}

/// The layer that brought the package.
Json layer_of(const Package& package, const std::vector<LayerInfo>& layers) {
  if (package.locations.empty() || package.locations.front().layer >= layers.size()) {
    return Json::object();
  }
  return layer_json(layers[package.locations.front().layer]);
}

std::string id_of(const Package& package) {
  return fmt::format("{}@{}", utf8(package.name), utf8(package.version));
}

void put_version(Json& json, const Package& package, std::string_view text, const char* version_key,
                 const char* release_key, const char* epoch_key) {
  if (package.type != PackageType::deb) {
    put_text(json, version_key, text);
    return;
  }
  const DebVersion parts = split_deb_version(text);
  if (parts.epoch > 0) json[epoch_key] = parts.epoch;
  put_text(json, version_key, parts.version);
  put_text(json, release_key, parts.release);
}

Json cvss_json(const std::vector<Cvss>& all) {
  Json json = Json::object();
  for (const Cvss& cvss : all) {
    const std::string_view major = std::string_view(cvss.version).substr(0, 1);
    const std::string_view prefix = major == "2" ? "V2" : major == "3" ? "V3" : "V40";
    Json& source = json[cvss.source.empty() ? "unknown" : to_lower(utf8(cvss.source))];
    const std::string vector = fmt::format("{}Vector", prefix);
    if (source.contains(vector)) continue;  // they are sorted: the newest version came first
    source[vector] = utf8(cvss.vector);
    if (cvss.score > 0) source[fmt::format("{}Score", prefix)] = cvss.score;
  }
  return json;
}

/// Advisories of the distribution itself, as opposed to the CVE that they are about.
Json vendor_ids(const Finding& finding) {
  Json list = Json::array();
  for (const AdvisoryRef& advisory : finding.advisories) {
    const Json id = utf8(advisory.id);
    const bool is_known = advisory.id == finding.rule || std::ranges::find(list, id) != list.end();
    if (!is_known) list.push_back(id);
  }
  return list;
}

}  // namespace

DebVersion split_deb_version(std::string_view text) {
  DebVersion parts;
  parts.version = text;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + colon, parts.epoch);
    const bool is_number = error == std::errc() && end == text.data() + colon && colon < 10;
    if (!is_number) return {0, text, {}};
    parts.version = text.substr(colon + 1);
  }
  if (const std::size_t dash = parts.version.rfind('-'); dash != std::string_view::npos) {
    parts.release = parts.version.substr(dash + 1);
    parts.version = parts.version.substr(0, dash);
  }
  return parts;
}

std::string trivy_layer(const LayerInfo& layer) {
  Json json = layer_json(layer);
  json["Size"] = layer.size_bytes;
  return json.dump();
}

std::string trivy_package(const Package& package, const std::vector<LayerInfo>& layers) {
  Json json{{"ID", id_of(package)},
            {"Name", utf8(package.name)},
            {"Identifier", {{"PURL", utf8(package.purl)}}}};
  put_version(json, package, package.version, "Version", "Release", "Epoch");
  put_text(json, "Arch", package.architecture);
  put_text(json, "SrcName", package.match_name());
  put_version(json, package, package.match_version(), "SrcVersion", "SrcRelease", "SrcEpoch");
  if (!package.licenses.empty()) {
    Json licenses = Json::array();
    for (const std::string& license : package.licenses) licenses.push_back(utf8(license));
    json["Licenses"] = std::move(licenses);
  }
  json["Layer"] = layer_of(package, layers);
  return json.dump();
}

std::string trivy_vulnerability(const Finding& finding, const Package& package,
                                const std::vector<LayerInfo>& layers) {
  Json json{{"VulnerabilityID", utf8(finding.rule)}};
  if (Json ids = vendor_ids(finding); !ids.empty()) json["VendorIDs"] = std::move(ids);
  json["PkgID"] = id_of(package);
  json["PkgName"] = utf8(package.name);
  json["PkgIdentifier"] = {{"PURL", utf8(package.purl)}};
  json["InstalledVersion"] = utf8(finding.installed_version);
  put_text(json, "FixedVersion", finding.fixed_version);
  json["Status"] = status_word(finding);
  json["Layer"] = layer_of(package, layers);
  const std::string_view feed =
      std::string_view(finding.data_source).substr(0, finding.data_source.find('/'));
  const auto* source = std::ranges::find(kDataSources, feed, &DataSource::feed);
  const bool is_known = source != std::end(kDataSources);
  put_text(json, "SeveritySource", is_known ? source->id : feed);
  put_text(json, "PrimaryURL", page_of(finding));
  if (is_known) {
    json["DataSource"] = {{"ID", source->id}, {"Name", source->name}, {"URL", source->address}};
  } else if (!feed.empty()) {
    json["DataSource"] = {{"ID", utf8(feed)}, {"Name", utf8(finding.data_source)}};
  }
  json["Title"] = utf8(finding.title);
  json["Description"] = utf8(finding.detail.empty() ? finding.title : finding.detail);
  json["Severity"] = severity_word(finding.severity);
  if (!finding.cvss.empty()) json["CVSS"] = cvss_json(finding.cvss);
  Json references = Json::array();
  for (const std::string& reference : finding.references) references.push_back(utf8(reference));
  json["References"] = std::move(references);
  return json.dump();
}

std::string trivy_modified(const Suppression& suppression, std::string_view vulnerability) {
  std::string statement = suppression.reason;
  if (!suppression.until.empty()) statement += fmt::format(" (until {})", suppression.until);
  return fmt::format(R"({{"Type":"vulnerability","Status":"{}","Statement":{},"Source":{},)"
                     R"("Finding":{}}})",
                     suppression_status_name(suppression.status), Json(utf8(statement)).dump(),
                     Json(utf8(suppression.by)).dump(), vulnerability);
}

}  // namespace bulkhead::report
