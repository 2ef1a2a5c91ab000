#include "bulkhead/report/trivy_json.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/base/text.h"
#include "bulkhead/report/json_stream.h"
#include "bulkhead/report/package_index.h"
#include "bulkhead/report/rating.h"
#include "bulkhead/report/target_name.h"
#include "bulkhead/report/text_fields.h"
#include "bulkhead/report/trivy_fields.h"

namespace bulkhead::report {
namespace {

using Json = nlohmann::ordered_json;

/// "app:1.0" is known to a registry by its repository and the manifest's digest.
Json repo_digests(const TargetInfo& target) {
  Json list = Json::array();
  if (target.manifest_digest.empty()) return list;
  for (const std::string& tag : target.tags) {
    TargetInfo one;
    one.tags = {tag};
    const std::string digest =
        fmt::format("{}@{}", repository_name(one), utf8(target.manifest_digest));
    if (std::ranges::find(list, Json(digest)) == list.end()) list.push_back(digest);
  }
  return list;
}

class TrivyReport {
 public:
  TrivyReport(const ScanReport& report, std::ostream& out)
      : report_(report), packages_(report.packages), image_(image_name(report.target)), json_(out) {
    for (const Package& package : report.packages) ++groups_[package.type].packages;
    for (const Finding& finding : report.findings) {
      if (const Package* package = package_of(finding)) {
        Group& group = groups_[package->type];
        ++(is_judged(finding) ? group.suppressed : group.vulnerabilities);
      }
    }
  }

  void write() {
    json_.member("SchemaVersion", "2");
    json_.member("CreatedAt", Json(format_utc(report_.created_unix_s)).dump());
    json_.member("ArtifactName", Json(image_).dump());
    json_.member("ArtifactType", report_.target.kind == TargetKind::image ? R"("container_image")"
                                                                          : R"("filesystem")");
    write_metadata();
    json_.open_list("Results");
    for (const auto& [type, group] : groups_) write_result(type, group);
    json_.end();
  }

 private:
  struct Group {
    std::size_t packages = 0;
    std::size_t vulnerabilities = 0;
    std::size_t suppressed = 0;
  };

  /// Nothing for what is not about a package: Trivy's report has no place for it.
  const Package* package_of(const Finding& finding) const {
    return finding.kind == FindingKind::vulnerability ? packages_.find(finding.package_id)
                                                      : nullptr;
  }

  void write_metadata() {
    json_.open_object("Metadata");
    if (report_.os) {
      Json os{{"Family", utf8(report_.os->id)}, {"Name", utf8(report_.os->version)}};
      if (report_.os->support == SupportState::ended) os["EOSL"] = true;
      json_.member("OS", os.dump());
    }
    if (report_.target.kind == TargetKind::image) {
      Json diff_ids = Json::array();
      Json layers = Json::array();
      Json history = Json::array();
      for (const LayerInfo& layer : report_.layers) {
        diff_ids.push_back(utf8(layer.diff_id));
        layers.push_back(Json::parse(trivy_layer(layer)));
        history.push_back({{"created_by", utf8(layer.created_by)}});
      }
      Json tags = Json::array();
      for (const std::string& tag : report_.target.tags) tags.push_back(utf8(tag));
      json_.member("ImageID", Json(utf8(report_.target.image_id)).dump());
      json_.member("DiffIDs", diff_ids.dump());
      json_.member("RepoTags", tags.dump());
      json_.member("RepoDigests", repo_digests(report_.target).dump());
      write_image_config(diff_ids, history);
      json_.member("Layers", layers.dump());
    }
    json_.close();
  }

  void write_image_config(const Json& diff_ids, const Json& history) {
    const std::vector<std::string_view> platform = split(report_.target.platform, '/');
    Json config{{"architecture", utf8(platform.size() > 1 ? platform[1] : "")},
                {"os", utf8(platform[0])}};
    if (platform.size() > 2) config["variant"] = utf8(platform[2]);
    config["history"] = history;
    config["rootfs"] = {{"type", "layers"}, {"diff_ids", diff_ids}};
    config["config"] = Json::object();
    json_.member("ImageConfig", config.dump());
  }

  void write_result(PackageType type, const Group& group) {
    const std::string system = report_.os ? fmt::format("{} ({} {})", image_, utf8(report_.os->id),
                                                        utf8(report_.os->version))
                                          : image_;
    json_.open_object();
    json_.member("Target", Json(system).dump());
    json_.member("Class", R"("os-pkgs")");
    json_.member("Type",
                 Json(report_.os ? utf8(report_.os->id) : std::string(type_name(type))).dump());
    if (group.packages > 0) {
      json_.open_list("Packages");
      for (const Package& package : report_.packages) {
        if (package.type == type) json_.element(trivy_package(package, report_.layers));
      }
      json_.close();
    }
    write_findings("Vulnerabilities", type, group.vulnerabilities, false);
    write_findings("ExperimentalModifiedFindings", type, group.suppressed, true);
    json_.close();
  }

  void write_findings(std::string_view key, PackageType type, std::size_t count,
                      bool is_suppressed) {
    if (count == 0) return;
    json_.open_list(key);
    for (const Finding& finding : report_.findings) {
      if (is_judged(finding) != is_suppressed) continue;
      const Package* package = package_of(finding);
      if (package == nullptr || package->type != type) continue;
      const std::string vulnerability = trivy_vulnerability(finding, *package, report_.layers);
      json_.element(is_suppressed ? trivy_modified(*finding.suppressed, vulnerability)
                                  : vulnerability);
    }
    json_.close();
  }

  const ScanReport& report_;
  PackageIndex packages_;
  std::string image_;
  JsonStream json_;
  std::map<PackageType, Group> groups_;
};

}  // namespace

Result<void> write_trivy_json(const ScanReport& report, const WriteOptions& /*options*/,
                              std::ostream& out) {
  TrivyReport(report, out).write();
  out.flush();
  if (!out) return fail(Code::io, "report: writing Trivy's JSON failed");
  return {};
}

}  // namespace bulkhead::report
