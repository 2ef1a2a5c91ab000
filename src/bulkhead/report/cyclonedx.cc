#include "bulkhead/report/cyclonedx.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/text.h"
#include "bulkhead/report/inventory_fields.h"
#include "bulkhead/report/json_stream.h"
#include "bulkhead/report/licence.h"
#include "bulkhead/report/package_index.h"
#include "bulkhead/report/rating.h"
#include "bulkhead/report/target_name.h"
#include "bulkhead/report/text_fields.h"

namespace bulkhead::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kRoot = "bulkhead:target";
constexpr std::string_view kSystem = "bulkhead:operating-system";

Json properties_of(const std::vector<InventoryField>& fields) {
  Json list = Json::array();
  for (const InventoryField& field : fields) {
    list.push_back({{"name", field.name}, {"value", field.value}});
  }
  return list;
}

void put_properties(Json& object, const std::vector<InventoryField>& fields) {
  if (!fields.empty()) object["properties"] = properties_of(fields);
}

/// One expression where all that is declared is one; else a list, as the schema wants either.
Json licences_of(const std::vector<std::string>& declared) {
  Json list = Json::array();
  if (declared.size() == 1) {
    const Licence only = parse_licence(declared.front());
    if (!only.expression.empty() && !only.is_single) {
      list.push_back({{"expression", only.expression}});
      return list;
    }
  }
  for (const std::string& text : declared) {
    if (trim(text).empty()) continue;
    const Licence licence = parse_licence(text);
    Json one = licence.is_single ? Json{{"id", licence.expression}} : Json{{"name", utf8(text)}};
    list.push_back({{"license", std::move(one)}});
  }
  return list;
}

std::string_view type_of(const Package& package) {
  if (is_library(package.type)) return "library";
  return package.type == PackageType::generic ? "application" : "library";
}

Json component_of(const Package& package) {
  Json json{{"bom-ref", utf8(package.id)}, {"type", type_of(package)}};
  std::string_view name = package.name;
  if (const std::size_t colon = name.find(':');
      package.type == PackageType::maven && colon != std::string_view::npos) {
    json["group"] = utf8(name.substr(0, colon));
    name.remove_prefix(colon + 1);
  }
  put_text(json, "publisher", package.vendor());
  json["name"] = utf8(name);
  json["version"] = utf8(package.version);
  if (Json licences = licences_of(package.licenses); !licences.empty()) {
    json["licenses"] = std::move(licences);
  }
  json["purl"] = purl_with_source(package);
  Json places = Json::array();
  std::set<std::string> seen;
  for (const Location& location : package.locations) {
    if (location.path.empty() || !seen.insert(location.path).second) continue;
    places.push_back({{"location", utf8(location.path)}});
  }
  if (!places.empty()) json["evidence"] = {{"occurrences", std::move(places)}};
  put_properties(json, package_fields(package));
  return json;
}

Json system_component(const OsInfo& os) {
  Json json{{"bom-ref", kSystem}, {"type", "operating-system"}, {"name", utf8(os.id)}};
  json["version"] = utf8(os.version);
  put_text(json, "description", os.pretty_name);
  put_properties(json, system_fields(os));
  return json;
}

Json root_component(const ScanReport& report) {
  const TargetInfo& target = report.target;
  const bool is_image = target.kind == TargetKind::image || !target.image_id.empty();
  Json json{
      {"bom-ref", kRoot}, {"type", is_image ? "container" : "file"}, {"name", image_name(target)}};
  if (!target.manifest_digest.empty()) json["version"] = utf8(target.manifest_digest);
  if (const std::string_view digits = sha256_digits(target.manifest_digest); !digits.empty()) {
    json["hashes"] = Json::array({{{"alg", "SHA-256"}, {"content", digits}}});
  }
  put_properties(json, target_fields(report));
  return json;
}

std::string_view severity_word(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return "critical";
    case Severity::high:
      return "high";
    case Severity::medium:
      return "medium";
    case Severity::low:
      return "low";
    case Severity::negligible:
      return "info";
    case Severity::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view method_of(const Cvss& cvss) {
  if (cvss.version == "2.0") return "CVSSv2";
  if (cvss.version == "3.0") return "CVSSv3";
  if (cvss.version == "3.1") return "CVSSv31";
  if (cvss.version.starts_with("4")) return "CVSSv4";
  return "other";
}

/// The severity that counts first, then each score that there is.
Json ratings_of(const Finding& finding) {
  Json list = Json::array();
  Json first = Json::object();
  const std::string& source =
      finding.severity_source.empty() ? finding.data_source : finding.severity_source;
  if (!source.empty()) first["source"] = {{"name", utf8(source)}};
  first["severity"] = severity_word(finding.severity);
  list.push_back(std::move(first));
  for (const Cvss& cvss : finding.cvss) {
    Json rating = Json::object();
    if (!cvss.source.empty()) rating["source"] = {{"name", utf8(cvss.source)}};
    rating["score"] = cvss.score;
    rating["method"] = method_of(cvss);
    put_text(rating, "vector", cvss.vector);
    if (std::ranges::find(list, rating) == list.end()) list.push_back(std::move(rating));
  }
  return list;
}

Json source_of(const Identifier& identifier, const std::string& name) {
  Json source{{"name", name.empty() ? identifier.type : name}};
  if (!identifier.address.empty()) source["url"] = identifier.address;
  return source;
}

Json references_of(const Finding& finding) {
  Json list = Json::array();
  std::set<std::string> seen{finding.rule};
  const auto add = [&](const std::string& id) {
    if (id.empty() || !seen.insert(id).second) return;
    list.push_back({{"id", utf8(id)}, {"source", source_of(identifier_of(id), "")}});
  };
  for (const std::string& alias : finding.aliases) add(alias);
  for (const AdvisoryRef& advisory : finding.advisories) add(advisory.id);
  return list;
}

Json pages_of(const Finding& finding) {
  Json list = Json::array();
  std::set<std::string> seen;
  for (const std::string& reference : finding.references) {
    if (!is_web_address(reference) || !seen.insert(reference).second) continue;
    list.push_back({{"url", reference}});
  }
  return list;
}

/// What somebody judged: a VEX statement's state; an ignore entry has none and is told in words.
Json analysis_of(const Suppression& suppression) {
  Json json = Json::object();
  if (suppression.status == SuppressionStatus::not_affected) json["state"] = "not_affected";
  if (suppression.status == SuppressionStatus::fixed) json["state"] = "resolved";
  json["detail"] = utf8(suppression_text(suppression));
  return json;
}

/// Findings with the same key become one vulnerability of several components.
auto key_of(const Finding& finding) {
  const Suppression* suppressed = finding.suppressed ? &*finding.suppressed : nullptr;
  const auto word = [&](std::string Suppression::* field) {
    return suppressed == nullptr ? std::string_view() : std::string_view(suppressed->*field);
  };
  return std::tuple(std::string_view(finding.rule), finding.severity,
                    std::string_view(finding.title), std::string_view(finding.fixed_version),
                    finding.fix_state, std::string_view(finding.data_source), suppressed != nullptr,
                    word(&Suppression::by), word(&Suppression::reason),
                    std::string_view(finding.id));
}

bool is_one(const Finding& a, const Finding& b) {
  const auto without_id = [](const Finding& finding) {
    auto key = key_of(finding);
    std::get<std::tuple_size_v<decltype(key)> - 1>(key) = {};
    return key;
  };
  return without_id(a) == without_id(b) && a.advisories == b.advisories && a.aliases == b.aliases &&
         a.remediation == b.remediation;
}

class CycloneDxDocument {
 public:
  CycloneDxDocument(const ScanReport& report, std::string_view uuid, std::ostream& out)
      : report_(report), packages_(report.packages), uuid_(uuid), json_(out) {}

  void write() {
    json_.member("$schema", R"("http://cyclonedx.org/schema/bom-1.6.schema.json")");
    json_.member("bomFormat", R"("CycloneDX")");
    json_.member("specVersion", R"("1.6")");
    if (!uuid_.empty())
      json_.member("serialNumber", Json(fmt::format("urn:uuid:{}", uuid_)).dump());
    json_.member("version", "1");
    write_metadata();
    write_components();
    write_dependencies();
    // What was read of the target is there; whether more is in it that no list tells, nobody knows.
    json_.open_list("compositions");
    json_.element(Json{{"aggregate", report_.is_complete ? "unknown" : "incomplete"},
                       {"assemblies", Json::array({kRoot})}}
                      .dump());
    json_.close();
    write_vulnerabilities();
    json_.end();
  }

 private:
  void write_metadata() {
    json_.open_object("metadata");
    json_.member("timestamp", Json(format_utc(report_.created_unix_s)).dump());
    Json tool{{"type", "application"}, {"name", "bulkhead"}};
    put_text(tool, "version", report_.tool_version);
    json_.member("tools", Json{{"components", Json::array({std::move(tool)})}}.dump());
    json_.member("component", root_component(report_).dump());
    json_.close();
  }

  void write_components() {
    json_.open_list("components");
    if (report_.os) json_.element(system_component(*report_.os).dump());
    for (const Package& package : report_.packages) json_.element(component_of(package).dump());
    json_.close();
  }

  /// The root has everything; a package of the system has the libraries that it installed.
  void write_dependencies() {
    std::map<std::string_view, std::vector<const Package*>> owned;
    for (const Package& package : report_.packages) {
      if (is_owned(package)) owned[package.owner.str()].push_back(&package);
    }
    json_.open_list("dependencies");
    json_.open_object();
    json_.member("ref", Json(kRoot).dump());
    json_.open_list("dependsOn");
    if (report_.os) json_.element(Json(kSystem).dump());
    for (const Package& package : report_.packages) {
      if (is_owned(package)) continue;
      json_.element(Json(utf8(package.id)).dump());
    }
    json_.close();
    json_.close();
    for (const auto& [owner, libraries] : owned) {
      Json inner = Json::array();
      for (const Package* library : libraries) inner.push_back(utf8(library->id));
      json_.element(Json{{"ref", utf8(owner)}, {"dependsOn", std::move(inner)}}.dump());
    }
    json_.close();
  }

  bool is_owned(const Package& package) const {
    return !package.owner.empty() && packages_.find(package.owner.str()) != nullptr;
  }

  void write_vulnerabilities() {
    const std::vector<Finding>& findings = report_.findings;
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < findings.size(); ++i) {
      if (findings[i].kind == FindingKind::vulnerability) order.push_back(i);
    }
    if (order.empty()) return;
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return key_of(findings[i]); });
    json_.open_list("vulnerabilities");
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
      const Finding& first = findings[order[begin]];
      Json affects = Json::array();
      for (; end < order.size() && is_one(first, findings[order[end]]); ++end) {
        affects.push_back(affected(findings[order[end]]));
      }
      json_.element(vulnerability_of(first, std::move(affects)).dump());
    }
    json_.close();
  }

  static Json affected(const Finding& finding) {
    Json json{{"ref", utf8(finding.package_id)}};
    if (finding.installed_version.empty()) return json;
    json["versions"] = Json::array(
        {{{"version", utf8_prefix(finding.installed_version, 1024)}, {"status", "affected"}}});
    return json;
  }

  static Json vulnerability_of(const Finding& finding, Json affects) {
    Json json{{"bom-ref", utf8(finding.id)}, {"id", utf8(finding.rule)}};
    json["source"] = source_of(identifier_of(finding.rule), utf8(finding.data_source));
    if (Json list = references_of(finding); !list.empty()) json["references"] = std::move(list);
    json["ratings"] = ratings_of(finding);
    put_text(json, "description", finding.title);
    put_text(json, "detail", finding.detail);
    put_text(json, "recommendation", finding.remediation);
    if (Json list = pages_of(finding); !list.empty()) json["advisories"] = std::move(list);
    if (finding.suppressed && finding.suppressed->status != SuppressionStatus::baseline) {
      json["analysis"] = analysis_of(*finding.suppressed);
    }
    json["affects"] = std::move(affects);
    Json properties = Json::array();
    const auto add = [&](std::string_view name, std::string_view value) {
      if (!value.empty()) properties.push_back({{"name", name}, {"value", utf8(value)}});
    };
    add("bulkhead:fixedVersion", finding.fixed_version);
    add("bulkhead:fixState", fix_state_name(finding.fix_state));
    add("bulkhead:confidence", confidence_name(finding.confidence));
    if (finding.is_known_exploited) add("bulkhead:knownExploited", "true");
    if (finding.epss) add("bulkhead:epss", fmt::format("{}", finding.epss->score));
    json["properties"] = std::move(properties);
    return json;
  }

  const ScanReport& report_;
  PackageIndex packages_;
  std::string_view uuid_;
  JsonStream json_;
};

}  // namespace

Result<void> write_cyclonedx(const ScanReport& report, const WriteOptions& /*options*/,
                             std::ostream& out) {
  BH_TRY(const std::string uuid, content_uuid([&](std::ostream& hashed) -> Result<void> {
           CycloneDxDocument(report, "", hashed).write();
           return {};
         }));
  CycloneDxDocument(report, uuid, out).write();
  out.flush();
  if (!out) return fail(Code::io, "report: writing the CycloneDX document failed");
  return {};
}

}  // namespace bulkhead::report
