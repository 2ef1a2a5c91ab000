#include "bulkhead/report/json.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "bulkhead/base/text.h"

namespace bulkhead::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSchema = "bulkhead.report/1";
constexpr FindingKind kKinds[] = {FindingKind::vulnerability, FindingKind::support};
constexpr Severity kSeverities[] = {Severity::critical, Severity::high,       Severity::medium,
                                    Severity::low,      Severity::negligible, Severity::unknown};

std::string utf8(std::string_view bytes) { return to_utf8(bytes).text; }

/// A field that is left out where it says nothing.
void put_optional(Json& object, const char* key, std::string_view value) {
  if (!value.empty()) object[key] = utf8(value);
}

/// A path or a reference: with its bytes beside it where UTF-8 cannot say them.
void put_path(Json& object, const std::string& key, std::string_view bytes) {
  Utf8 text = to_utf8(bytes);
  object[key] = std::move(text.text);
  if (!text.is_exact) object[key + "_b64"] = to_base64(bytes);
}

Json texts(const std::vector<std::string>& values) {
  Json list = Json::array();
  for (const std::string& value : values) list.push_back(utf8(value));
  return list;
}

Json to_json(const Note& note) {
  Json object{{"level", note.level == NoteLevel::incomplete ? "incomplete" : "info"},
              {"code", utf8(note.code)},
              {"what", utf8(note.what)}};
  put_path(object, "where", note.where);
  if (note.offset) object["offset"] = *note.offset;
  return object;
}

Json to_json(const TargetInfo& target) {
  Json object;
  put_path(object, "reference", target.reference);
  object["kind"] = target_kind_name(target.kind);
  object["platform"] = utf8(target.platform);
  put_optional(object, "image_id", target.image_id);
  put_optional(object, "manifest_digest", target.manifest_digest);
  object["tags"] = texts(target.tags);
  return object;
}

std::string_view support_state_name(SupportState state) {
  switch (state) {
    case SupportState::supported:
      return "supported";
    case SupportState::ended:
      return "ended";
    case SupportState::unknown:
      return "unknown";
  }
  return "unknown";
}

Json to_json(const OsInfo& os) {
  Json support{{"state", support_state_name(os.support)}};
  put_optional(support, "ends", os.support_ends);
  put_optional(support, "extended_ends", os.support_extended_ends);
  put_optional(support, "source", os.support_source);
  return Json{{"id", utf8(os.id)},
              {"version", utf8(os.version)},
              {"pretty_name", utf8(os.pretty_name)},
              {"support", std::move(support)}};
}

Json to_json(const LayerInfo& layer) {
  Json object{{"index", layer.index}, {"diff_id", utf8(layer.diff_id)}};
  put_optional(object, "digest", layer.digest);
  object["size_bytes"] = layer.size_bytes;
  put_optional(object, "created_by", layer.created_by);
  return object;
}

/// Names of files, and the bytes of those that UTF-8 cannot say.
void put_files(Json& object, const PathList& files) {
  Json names = Json::array();
  Json lossy = Json::array();
  files.for_each([&](std::string_view path) {
    const std::string absolute = "/" + std::string(path);
    Utf8 text = to_utf8(absolute);
    names.push_back(std::move(text.text));
    if (!text.is_exact) lossy.push_back(to_base64(absolute));
  });
  object["files"] = std::move(names);
  if (!lossy.empty()) object["files_b64"] = std::move(lossy);
}

Json to_json(const Package& package, bool has_files) {
  Json object{{"id", utf8(package.id)},
              {"name", utf8(package.name)},
              {"version", utf8(package.version)},
              {"type", type_name(package.type)},
              {"purl", utf8(package.purl)}};
  put_optional(object, "source_name", package.source_name);
  put_optional(object, "source_version", package.source_version);
  put_optional(object, "architecture", package.architecture);
  object["licenses"] = texts(package.licenses);
  object["origin"] = origin_name(package.origin);
  if (!package.owner.empty()) object["owner"] = utf8(package.owner.str());
  Json locations = Json::array();
  for (const Location& location : package.locations) {
    Json place{{"layer", location.layer}};
    put_path(place, "path", location.path);
    locations.push_back(std::move(place));
  }
  object["locations"] = std::move(locations);
  if (has_files) put_files(object, package.files);
  return object;
}

Json to_json(const AdvisoryRef& advisory) {
  Json object{{"id", utf8(advisory.id)}};
  put_optional(object, "fixed_version", advisory.fixed_version);
  object["feed"] = utf8(advisory.feed);
  return object;
}

Json to_json(const Cvss& cvss) {
  return Json{{"version", utf8(cvss.version)},
              {"vector", utf8(cvss.vector)},
              {"score", cvss.score},
              {"source", utf8(cvss.source)}};
}

Json to_json(const FindingLocation& location) {
  Json object = Json::object();
  if (location.layer) object["layer"] = *location.layer;
  if (!location.path.empty()) put_path(object, "path", location.path);
  object["in_final_image"] = location.in_final_image;
  return object;
}

Json to_json(const Suppression& suppression) {
  Json object{{"by", utf8(suppression.by)},
              {"status", suppression_status_name(suppression.status)},
              {"reason", utf8(suppression.reason)}};
  put_optional(object, "until", suppression.until);
  return object;
}

template <class T>
Json list_of(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(to_json(value));
  return list;
}

Json to_json(const Finding& finding) {
  Json object{{"id", utf8(finding.id)},
              {"kind", finding_kind_name(finding.kind)},
              {"rule", utf8(finding.rule)},
              {"severity", severity_name(finding.severity)},
              {"confidence", confidence_name(finding.confidence)},
              {"title", utf8(finding.title)}};
  put_optional(object, "severity_source", finding.severity_source);
  put_optional(object, "detail", finding.detail);
  put_optional(object, "remediation", finding.remediation);
  object["references"] = texts(finding.references);
  object["aliases"] = texts(finding.aliases);
  put_optional(object, "package", finding.package_id);
  put_optional(object, "installed_version", finding.installed_version);
  put_optional(object, "fixed_version", finding.fixed_version);
  if (finding.kind == FindingKind::vulnerability) {
    object["fix_state"] = fix_state_name(finding.fix_state);
  }
  if (!finding.advisories.empty()) object["advisories"] = list_of(finding.advisories);
  if (!finding.cvss.empty()) object["cvss"] = list_of(finding.cvss);
  if (finding.epss) {
    object["epss"] = {{"score", finding.epss->score}, {"percentile", finding.epss->percentile}};
  }
  if (finding.is_known_exploited) object["known_exploited"] = true;
  put_optional(object, "data_source", finding.data_source);
  object["locations"] = list_of(finding.locations);
  if (finding.suppressed) object["suppressed"] = to_json(*finding.suppressed);
  return object;
}

Json to_json(const FeedInfo& feed) {
  return Json{
      {"feed", utf8(feed.name)},
      {"records", feed.records},
      // Data without a date of its own may be of any age: null, never the time of import.
      {"updated", feed.updated_unix_s > 0 ? Json(format_utc(feed.updated_unix_s)) : Json()}};
}

Json to_json(const PendingUpdate& update) {
  return Json{{"package", utf8(update.package_id)},
              {"installed_version", utf8(update.installed_version)},
              {"candidate_version", utf8(update.candidate_version)},
              {"is_security", update.is_security},
              {"source", utf8(update.source)}};
}

Json summary_of(const ScanReport& report) {
  const std::vector<Finding>& findings = report.findings;
  std::array<std::array<std::uint64_t, std::size(kSeverities)>, std::size(kKinds)> counts{};
  std::uint64_t suppressed = 0;
  for (const Finding& finding : findings) {
    if (finding.suppressed) {
      ++suppressed;
      continue;
    }
    for (std::size_t k = 0; k < std::size(kKinds); ++k) {
      for (std::size_t s = 0; s < std::size(kSeverities); ++s) {
        if (finding.kind == kKinds[k] && finding.severity == kSeverities[s]) ++counts[k][s];
      }
    }
  }
  Json by_kind = Json::object();
  Json by_severity = Json::object();
  for (std::size_t s = 0; s < std::size(kSeverities); ++s) {
    std::uint64_t of_all_kinds = 0;
    for (std::size_t k = 0; k < std::size(kKinds); ++k) of_all_kinds += counts[k][s];
    by_severity[std::string(severity_name(kSeverities[s]))] = of_all_kinds;
  }
  for (std::size_t k = 0; k < std::size(kKinds); ++k) {
    Json of_kind = Json::object();
    for (std::size_t s = 0; s < std::size(kSeverities); ++s) {
      of_kind[std::string(severity_name(kSeverities[s]))] = counts[k][s];
    }
    by_kind[std::string(finding_kind_name(kKinds[k]))] = std::move(of_kind);
  }
  Json summary{{"findings", findings.size() - suppressed},
               {"suppressed", suppressed},
               {"by_severity", std::move(by_severity)},
               {"by_kind", std::move(by_kind)}};
  if (report.pending) {
    summary["pending"] = report.pending->size();
    summary["pending_security"] =
        std::ranges::count(*report.pending, true, &PendingUpdate::is_security);
  }
  return summary;
}

/// Writes the outermost object member by member, so that only one element is in memory.
class Document {
 public:
  explicit Document(std::ostream& out) : out_(out) { out_ << "{"; }

  void member(std::string_view key, const Json& value) {
    begin(key);
    out_ << value.dump();
  }

  template <class T, class Convert>
  void list(std::string_view key, const std::vector<T>& values, Convert convert) {
    begin(key);
    out_ << "[";
    const char* separator = "\n    ";
    for (const T& value : values) {
      out_ << separator << convert(value).dump();
      separator = ",\n    ";
    }
    out_ << (values.empty() ? "]" : "\n  ]");
  }

  void end() { out_ << "\n}\n"; }

 private:
  void begin(std::string_view key) {
    out_ << separator_ << '"' << key << "\": ";
    separator_ = ",\n  ";
  }

  std::ostream& out_;
  std::string_view separator_ = "\n  ";
};

}  // namespace

Result<void> write_json(const ScanReport& report, const WriteOptions& options, std::ostream& out) {
  const auto as_json = [](const auto& value) { return to_json(value); };
  Document document(out);
  document.member("schema", kSchema);
  document.member("tool", Json{{"name", "bulkhead"}, {"version", utf8(report.tool_version)}});
  document.member("created", format_utc(report.created_unix_s));
  document.member("complete", report.is_complete);
  document.list("notes", report.notes, as_json);
  document.member("target", to_json(report.target));
  if (report.os) document.member("os", to_json(*report.os));
  document.list("layers", report.layers, as_json);
  document.list("packages", report.packages, [&](const Package& package) {
    return to_json(package, options.has_package_files);
  });
  document.list("findings", report.findings, as_json);
  if (report.pending) document.list("pending", *report.pending, as_json);
  document.list("data", report.data, as_json);
  document.member("summary", summary_of(report));
  document.end();
  out.flush();
  if (!out) return fail(Code::io, "report: writing JSON failed");
  return {};
}

}  // namespace bulkhead::report
