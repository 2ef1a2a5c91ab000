#include "bulkhead/report/gitlab.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/text.h"
#include "bulkhead/report/fingerprint.h"
#include "bulkhead/report/json_stream.h"
#include "bulkhead/report/package_index.h"
#include "bulkhead/report/rating.h"
#include "bulkhead/report/target_name.h"
#include "bulkhead/report/text_fields.h"

namespace bulkhead::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kVersion = "15.0.7";
// The schema's bounds.
constexpr std::size_t kMostName = 255;
constexpr std::size_t kMostDescription = 1'048'576;
constexpr std::size_t kMostSolution = 7000;
constexpr std::size_t kMostVector = 128;
constexpr std::size_t kMostVectors = 10;
constexpr std::size_t kMostIdentifiers = 20;  // GitLab keeps no more
constexpr std::size_t kMostLinks = 20;

std::string_view severity_word(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return "Critical";
    case Severity::high:
      return "High";
    case Severity::medium:
      return "Medium";
    case Severity::low:
      return "Low";
    case Severity::negligible:
      return "Info";
    case Severity::unknown:
      return "Unknown";
  }
  return "Unknown";
}

/// Seconds without a zone, which is UTC.
std::string time_text(std::int64_t unix_s) {
  std::string text = format_utc(unix_s);
  if (text.ends_with('Z')) text.pop_back();
  return text;
}

Json message(std::string_view level, std::string_view text) {
  return Json{{"level", level}, {"value", text.empty() ? "unknown" : utf8_prefix(text, 4000)}};
}

Json identifiers_of(const Finding& finding) {
  Json list = Json::array();
  const auto add = [&](const std::string& name) {
    if (name.empty() || list.size() >= kMostIdentifiers) return;
    const Identifier identifier = identifier_of(name);
    Json json{{"type", identifier.type}, {"name", utf8(name)}, {"value", utf8(name)}};
    if (!identifier.address.empty()) json["url"] = identifier.address;
    list.push_back(std::move(json));
  };
  add(finding.rule);
  for (const std::string& alias : finding.aliases) add(alias);
  for (const AdvisoryRef& advisory : finding.advisories) {
    const bool is_known = advisory.id == finding.rule ||
                          std::ranges::find(finding.aliases, advisory.id) != finding.aliases.end();
    if (!is_known) add(advisory.id);
  }
  return list;
}

/// The vectors that the schema's patterns take: those of versions 2 and 3 that are well-formed.
Json vectors_of(const Finding& finding) {
  Json list = Json::array();
  for (const Cvss& cvss : finding.cvss) {
    const bool is_known = cvss.version == "2.0" || cvss.version.starts_with("3.");
    if (!is_known || cvss.vector.size() > kMostVector || !parse_cvss(cvss.vector)) continue;
    if (list.size() == kMostVectors) break;
    list.push_back(
        {{"vendor", cvss.source.empty() ? "unknown" : utf8(cvss.source)}, {"vector", cvss.vector}});
  }
  return list;
}

Json links_of(const Finding& finding) {
  Json list = Json::array();
  for (const std::string& reference : finding.references) {
    if (list.size() == kMostLinks) break;
    if (is_web_address(reference)) list.push_back({{"url", reference}});
  }
  return list;
}

std::string solution_of(const Finding& finding, const Package* package) {
  std::string text = finding.remediation;
  if (text.empty() && !finding.fixed_version.empty() && package != nullptr) {
    text = fmt::format("Upgrade {} to {}", package->name, finding.fixed_version);
  }
  if (text.empty()) text = "There is no fix yet";
  return utf8_prefix(text, kMostSolution);
}

class GitlabReport {
 public:
  GitlabReport(const ScanReport& report, std::ostream& out)
      : report_(report),
        packages_(report.packages),
        image_(image_name(report.target)),
        system_(system_name(report.os)),
        json_(out) {}

  Result<void> write() {
    BH_TRY(const Fingerprints fingerprints, Fingerprints::create(report_.findings, packages_));
    json_.member("version", Json(kVersion).dump());
    json_.member("schema", Json(fmt::format("https://gitlab.com/gitlab-org/security-products/"
                                            "security-report-schemas/-/raw/v{}/dist/"
                                            "container-scanning-report-format.json",
                                            kVersion))
                               .dump());
    json_.open_list("vulnerabilities");
    for (std::size_t i = 0; i < report_.findings.size(); ++i) {
      if (is_judged(report_.findings[i])) continue;
      json_.element(vulnerability_of(report_.findings[i], fingerprints.uuid(i)).dump());
    }
    json_.close();
    write_scan();
    json_.end();
    return {};
  }

 private:
  Json vulnerability_of(const Finding& finding, const std::string& uuid) const {
    const Package* package = packages_.find(finding.package_id);
    Json json{
        {"id", uuid},
        {"name", utf8_prefix(finding.title.empty() ? finding.rule : finding.title, kMostName)},
        {"description",
         utf8_prefix(finding.detail.empty() ? finding.title : finding.detail, kMostDescription)},
        {"severity", severity_word(finding.severity)},
        {"solution", solution_of(finding, package)},
        {"identifiers", identifiers_of(finding)}};
    if (Json vectors = vectors_of(finding); !vectors.empty()) {
      json["cvss_vectors"] = std::move(vectors);
    }
    if (Json links = links_of(finding); !links.empty()) json["links"] = std::move(links);
    json["location"] = {{"dependency", dependency_of(finding, package)},
                        {"operating_system", system_},
                        {"image", image_}};
    return json;
  }

  /// What is about no package is about the system itself.
  Json dependency_of(const Finding& finding, const Package* package) const {
    std::string name = package != nullptr ? package->name : finding.package_id;
    std::string version = finding.installed_version;
    if (name.empty() && report_.os) {
      name = report_.os->id;
      version = report_.os->version;
    }
    return Json{{"package", {{"name", utf8(name)}}}, {"version", utf8(version)}};
  }

  void write_scan() {
    const std::string version =
        report_.tool_version.empty() ? "unknown" : utf8(report_.tool_version);
    const Json tool{{"id", "bulkhead"},
                    {"name", "Bulkhead"},
                    {"version", version},
                    {"vendor", {{"name", "Bulkhead"}}}};
    const std::string time = Json(time_text(report_.created_unix_s)).dump();
    json_.open_object("scan");
    json_.member("analyzer", tool.dump());
    json_.member("scanner", tool.dump());
    json_.member("start_time", time);
    json_.member("end_time", time);
    json_.member("status", report_.is_complete ? R"("success")" : R"("failure")");
    json_.member("type", R"("container_scanning")");
    json_.open_list("messages");
    write_messages();
    json_.close();
    json_.close();
  }

  void write_messages() {
    const auto suppressed = std::ranges::count_if(report_.findings, is_judged);
    if (suppressed > 0) {
      json_.element(
          message("info", fmt::format("{} suppressed findings are left out", suppressed)).dump());
    }
    for (const Note& note : report_.notes) {
      std::string text = fmt::format("{}: {}", note.code, note.what);
      if (!note.where.empty()) text += fmt::format(" ({})", note.where);
      const bool is_gap = note.level == NoteLevel::incomplete;
      json_.element(message(is_gap ? "warn" : "info", text).dump());
    }
  }

  const ScanReport& report_;
  PackageIndex packages_;
  std::string image_;
  std::string system_;
  JsonStream json_;
};

}  // namespace

Result<void> write_gitlab(const ScanReport& report, const WriteOptions& /*options*/,
                          std::ostream& out) {
  BH_CHECK(GitlabReport(report, out).write());
  out.flush();
  if (!out) return fail(Code::io, "report: writing GitLab's report failed");
  return {};
}

}  // namespace bulkhead::report
