#include "bulkhead/report/sarif.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/text.h"
#include "bulkhead/report/fingerprint.h"
#include "bulkhead/report/instruction.h"
#include "bulkhead/report/json_stream.h"
#include "bulkhead/report/package_index.h"
#include "bulkhead/report/rating.h"
#include "bulkhead/report/sarif_rules.h"
#include "bulkhead/report/target_name.h"
#include "bulkhead/report/text_fields.h"

namespace bulkhead::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostResults = 25'000;  // GitHub refuses a run of more
constexpr std::size_t kShownResults = 5'000;  // and shows these
constexpr std::size_t kMostLocations = 10;    // of one result
constexpr std::size_t kMostCells = 500;       // characters of a name or version in a sentence
constexpr std::string_view kRoot = "IMAGEROOT";

/// Text for a message: braces and brackets would be placeholders and links (SARIF 2.1.0, sections
/// 3.11.5 and 3.11.6).
std::string message_text(std::string_view bytes, std::size_t most = kMostCells) {
  std::string text;
  for (const char c : utf8_prefix(bytes, most)) {
    if (c == '{' || c == '}') text.push_back(c);
    if (c == '[' || c == ']' || c == '\\') text.push_back('\\');
    text.push_back(c);
  }
  return text;
}

Json notification(std::string_view level, std::string_view code, std::string_view text) {
  return Json{{"level", level},
              {"descriptor", {{"id", utf8(code)}}},
              {"message", {{"text", message_text(text, 4000)}}}};
}

std::string note_text(const Note& note) {
  std::string text = note.what;
  if (!note.where.empty()) text += fmt::format(" ({})", note.where);
  if (note.offset) text += fmt::format(" at byte {}", *note.offset);
  return text;
}

/// One SARIF log of one run.
class Run {
 public:
  Run(const ScanReport& report, const PackageIndex& packages, const Fingerprints& fingerprints,
      std::ostream& out)
      : report_(report),
        packages_(packages),
        fingerprints_(fingerprints),
        plan_(plan_sarif(report.findings, kMostResults)),
        image_(image_name(report.target)),
        json_(out) {}

  void write() {
    json_.member("$schema", R"("https://json.schemastore.org/sarif-2.1.0.json")");
    json_.member("version", R"("2.1.0")");
    json_.open_list("runs");
    json_.open_object();
    write_tool();
    write_automation();
    write_invocation();
    const Json root{{kRoot, {{"description", {{"text", "The root of the image's files"}}}}}};
    json_.member("originalUriBaseIds", root.dump());
    json_.member("columnKind", R"("unicodeCodePoints")");
    json_.open_list("results");
    for (const SarifPlan::Row& row : plan_.rows) json_.element(result_of(row).dump());
    json_.close();
    write_properties();
    json_.end();
  }

 private:
  void write_tool() {
    json_.open_object("tool");
    json_.open_object("driver");
    json_.member("name", R"("Bulkhead")");
    json_.member("version", Json(utf8(report_.tool_version)).dump());
    json_.open_list("rules");
    for (const SarifPlan::Rule& rule : plan_.rules) {
      json_.element(sarif_rule(report_.findings[rule.finding], rule.score));
    }
    json_.close();
    json_.close();
    json_.close();
  }

  /// The category by which GitHub tells the analyses of one commit apart: the image without its
  /// tag, so that the next build's findings replace this one's.
  void write_automation() {
    std::string id = "bulkhead/" + uri_of_path(repository_name(report_.target)) + "/";
    if (!report_.target.platform.empty()) id += uri_of_path(report_.target.platform) + "/";
    json_.member("automationDetails", Json{{"id", id}}.dump());
  }

  void write_invocation() {
    const std::string time = format_utc(report_.created_unix_s);
    json_.open_list("invocations");
    json_.open_object();
    json_.member("executionSuccessful", report_.is_complete ? "true" : "false");
    json_.member("startTimeUtc", Json(time).dump());
    json_.member("endTimeUtc", Json(time).dump());
    json_.open_list("toolExecutionNotifications");
    write_cuts();
    for (const Note& note : report_.notes) {
      const bool is_gap = note.level == NoteLevel::incomplete;
      json_.element(notification(is_gap ? "error" : "note", note.code, note_text(note)).dump());
    }
    json_.close();
    json_.close();
    json_.close();
  }

  void write_cuts() {
    if (plan_.left_out > 0) {
      const std::string text = fmt::format(
          "{} findings, the least severe ones, are left out: code scanning refuses more than {} "
          "results. The JSON report has all of them.",
          plan_.left_out, kMostResults);
      json_.element(notification("warning", "results-left-out", text).dump());
    }
    if (plan_.rows.size() > kShownResults) {
      const std::string text =
          fmt::format("Of these {} results code scanning shows the {} most severe ones.",
                      plan_.rows.size(), kShownResults);
      json_.element(notification("note", "results-not-shown", text).dump());
    }
  }

  Json result_of(const SarifPlan::Row& row) const {
    const Finding& finding = report_.findings[row.finding];
    const Package* package = packages_.find(finding.package_id);
    const std::string fingerprint = fingerprints_.hex(row.finding);
    Json json{{"ruleId", utf8(finding.rule)},
              {"ruleIndex", row.rule},
              {"level", sarif_level(finding.severity)},
              {"message", {{"text", sentence(finding, package)}}}};
    put_locations(json, finding, package);
    json["partialFingerprints"] = {
        {"bulkheadFinding/v1", fingerprint},
        // The only one that GitHub reads; the number is its way to count equal lines.
        {"primaryLocationLineHash", fingerprint + ":1"}};
    // All results have these members or none has them (sections 3.27.23 and 3.27.24).
    if (plan_.has_judged) json["suppressions"] = suppressions_of(finding);
    if (plan_.has_baseline) {
      const bool is_old = finding.suppressed.has_value() && !is_judged(finding);
      json["baselineState"] = is_old ? "unchanged" : "new";
    }
    Json properties{{"id", utf8(finding.id)}, {"severity", severity_name(finding.severity)}};
    put_text(properties, "package", finding.package_id);
    put_text(properties, "installedVersion", finding.installed_version);
    put_text(properties, "fixedVersion", finding.fixed_version);
    if (finding.kind == FindingKind::vulnerability) {
      properties["fixState"] = fix_state_name(finding.fix_state);
    }
    if (finding.is_known_exploited) properties["knownExploited"] = true;
    json["properties"] = std::move(properties);
    return json;
  }

  std::string sentence(const Finding& finding, const Package* package) const {
    std::string title = message_text(finding.title, 1000);
    if (finding.kind != FindingKind::vulnerability) return title;
    const std::string name =
        package == nullptr ? message_text(finding.package_id) : message_text(package->name);
    std::string text =
        fmt::format("{} {} has {} ({}{}): {}\n", name, message_text(finding.installed_version),
                    message_text(finding.rule), severity_name(finding.severity),
                    finding.is_known_exploited ? ", known to be exploited" : "", title);
    text += finding.fixed_version.empty()
                ? fmt::format("Fix: none yet ({})\n", fix_state_name(finding.fix_state))
                : fmt::format("Fix: {}\n", message_text(finding.fixed_version));
    text += "Image: " + message_text(image_);
    if (const LayerInfo* layer = layer_of(finding)) {
      text += fmt::format("\nLayer {}: {}", layer->index,
                          message_text(dockerfile_line(
                              std::string_view(layer->created_by).substr(0, kMostCells * 4))));
    }
    return text;
  }

  const LayerInfo* layer_of(const Finding& finding) const {
    if (finding.locations.empty() || !finding.locations.front().layer) return nullptr;
    const std::uint32_t index = *finding.locations.front().layer;
    return index < report_.layers.size() ? &report_.layers[index] : nullptr;
  }

  void put_locations(Json& json, const Finding& finding, const Package* package) const {
    json["locations"] = Json::array({location_of(
        finding.locations.empty() ? FindingLocation() : finding.locations.front(), package)});
    Json related = Json::array();
    for (std::size_t i = 1; i < std::min(finding.locations.size(), kMostLocations); ++i) {
      related.push_back(location_of(finding.locations[i], nullptr));
    }
    if (!related.empty()) json["relatedLocations"] = std::move(related);
  }

  /// GitHub shows a result only if it lies in a line of a file.
  Json location_of(const FindingLocation& location, const Package* package) const {
    std::string uri = uri_of_path(location.path);
    if (uri.empty()) uri = uri_of_path(repository_name(report_.target));
    Json json{
        {"physicalLocation",
         {{"artifactLocation", {{"uri", uri}, {"uriBaseId", kRoot}}},
          {"region", {{"startLine", 1}, {"startColumn", 1}, {"endLine", 1}, {"endColumn", 1}}}}}};
    Json logical = Json::array();
    if (package != nullptr) {
      logical.push_back({{"name", utf8(package->name)},
                         {"fullyQualifiedName", utf8(package->id)},
                         {"kind", "package"}});
    }
    if (location.layer && *location.layer < report_.layers.size()) {
      const LayerInfo& layer = report_.layers[*location.layer];
      logical.push_back({{"name", fmt::format("layer {}", layer.index)},
                         {"fullyQualifiedName", utf8(layer.diff_id)},
                         {"kind", "layer"}});
    }
    if (!logical.empty()) json["logicalLocations"] = std::move(logical);
    return json;
  }

  static Json suppressions_of(const Finding& finding) {
    Json list = Json::array();
    if (!is_judged(finding)) return list;
    list.push_back({{"kind", "external"},
                    {"status", "accepted"},
                    {"justification", utf8(suppression_text(*finding.suppressed))}});
    return list;
  }

  void write_properties() {
    Json tags = Json::array();
    for (const std::string& tag : report_.target.tags) tags.push_back(utf8(tag));
    Json properties{{"imageName", image_},
                    {"imageID", utf8(report_.target.image_id)},
                    {"repoTags", std::move(tags)},
                    {"system", system_name(report_.os)},
                    {"complete", report_.is_complete}};
    put_text(properties, "manifestDigest", report_.target.manifest_digest);
    json_.member("properties", properties.dump());
  }

  const ScanReport& report_;
  const PackageIndex& packages_;
  const Fingerprints& fingerprints_;
  SarifPlan plan_;
  std::string image_;
  JsonStream json_;
};

}  // namespace

Result<void> write_sarif(const ScanReport& report, const WriteOptions& /*options*/,
                         std::ostream& out) {
  const PackageIndex packages(report.packages);
  BH_TRY(const Fingerprints fingerprints, Fingerprints::create(report.findings, packages));
  Run(report, packages, fingerprints, out).write();
  out.flush();
  if (!out) return fail(Code::io, "report: writing SARIF failed");
  return {};
}

}  // namespace bulkhead::report
