#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "bulkhead/advisory/errata.h"
#include "bulkhead/advisory/errata_release.h"
#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"

// AlmaLinux's errata of one release, in two shapes:
//
//   errata.full.json: {data: [{id, type, severity, title, description, issued_date, updated_date,
//                      packages: [{name, epoch, version, release, arch, module}], references}]}
//   errata.json:      [{updateinfo_id, type, severity, title, description, issued_date: {$date},
//                      pkglist: {packages: [...], module: {name, stream}}, references}]
//
// The release is told by the tags of the packages' versions. `module` is "mariadb:10.3:version:
// context:arch"; a package without one is of no module.
//
// Source: https://wiki.almalinux.org/documentation/errata.html, https://errata.almalinux.org.
namespace bulkhead::advisory {
namespace {

using format::JsonValue;

/// Text, or a number as text.
std::string scalar(JsonValue value) {
  if (const auto number = value.integer()) return std::to_string(*number);
  return std::string(value.text_or(""));
}

std::int64_t read_time(JsonValue value) {
  if (const auto milliseconds = value["$date"].integer()) return *milliseconds / 1000;
  if (const auto text = value["$date"].text()) return parse_errata_time(*text);
  return parse_errata_time(scalar(value));
}

/// "mariadb:10.3" of "mariadb:10.3:8050020220427075058:c5368500:x86_64".
std::string name_and_stream(std::string_view label) {
  const std::size_t first = label.find(':');
  if (first == std::string_view::npos) return std::string(label);
  return std::string(label.substr(0, label.find(':', first + 1)));
}

class Reader {
 public:
  explicit Reader(RecordSink& sink) : sink_(sink) {}

  Result<void> read(std::string_view text) {
    const Result<JsonValue> root = json_.parse(text);
    if (!root) {
      left_out_.add(root.error(), text.substr(0, 40));
      return {};
    }
    Advisory advisory = read_words(*root);
    if (advisory.id.empty()) {
      left_out_.add(Code::malformed, "an erratum has no id", text.substr(0, 40));
      return {};
    }
    if ((*root)["type"].text_or("") != "security" && advisory.cves.empty()) {
      left_out_.add(Code::unsupported, "bug fixes and enhancements", advisory.id);
      return {};
    }
    std::map<std::string, std::vector<ErrataPackage>> packages;
    read_packages(*root, advisory.id, packages);
    for (const auto& [ecosystem, list] : packages) {
      advisory.affected = affected_by(list, ecosystem, advisory.severity);
      if (advisory.affected.empty()) continue;
      BH_CHECK(sink_.add({"alma-errata/" + ecosystem, ecosystem}, advisory));
    }
    if (packages.empty()) {
      left_out_.add(Code::unsupported, "it names no package to install", advisory.id);
    }
    return {};
  }

  void tell() const { left_out_.tell("alma-errata", sink_); }

 private:
  static Advisory read_words(JsonValue root) {
    Advisory advisory;
    advisory.id = root["id"].text_or(root["updateinfo_id"].text_or(""));
    advisory.title = root["title"].text_or("");
    advisory.detail = root["description"].text_or("");
    advisory.severity = parse_severity(root["severity"].text_or("")).value_or(Severity::unknown);
    advisory.published_unix_s = read_time(root["issued_date"]);
    advisory.modified_unix_s = std::max(advisory.published_unix_s, read_time(root["updated_date"]));
    root["references"].for_each_element([&](JsonValue reference) {
      if (auto cve = cve_of(reference["id"].text_or(reference["ref_id"].text_or("")))) {
        advisory.cves.push_back(std::move(*cve));
      }
      if (const auto href = reference["href"].text()) advisory.references.emplace_back(*href);
    });
    keep_first_of_each(advisory.cves);
    return advisory;
  }

  void read_packages(JsonValue root, std::string_view id,
                     std::map<std::string, std::vector<ErrataPackage>>& packages) {
    std::size_t count = 0;
    const auto take_list = [&](JsonValue list, std::string_view module) {
      list["packages"].for_each_element([&](JsonValue entry) {
        ErrataPackage package{
            std::string(entry["name"].text_or("")),
            join_evr(scalar(entry["epoch"]), scalar(entry["version"]), scalar(entry["release"])),
            std::string(entry["arch"].text_or("")),
            name_and_stream(entry["module"].text_or(module))};
        if (package.name.empty() || package.version.empty() || package.version.front() == '-') {
          left_out_.add(Code::malformed, "a package has no name or version", id);
          return;
        }
        const auto release = release_of_errata({id, {}, {}, {}, package.version});
        if (!release) {
          left_out_.add(release.error(), id);
          return;
        }
        if (++count <= kMostErrataPackages) packages[release->ecosystem].push_back(package);
      });
    };
    take_list(root, "");
    const JsonValue list = root["pkglist"];
    const auto take_collection = [&](JsonValue collection) {
      const JsonValue module = collection["module"];
      std::string label(module["name"].text_or(""));
      if (!label.empty()) label += ":" + scalar(module["stream"]);
      take_list(collection, label);
    };
    if (list.is_object()) take_collection(list);
    list.for_each_element(take_collection);
    if (count > kMostErrataPackages) {
      left_out_.add(Code::limit_exceeded, "it has too many packages", id);
      packages.clear();
    }
  }

  RecordSink& sink_;
  format::JsonDocument json_ = {};
  LeftOut left_out_ = {};
};

}  // namespace

bool is_alma_errata(const Document& document) {
  if (document.is_list_of({"updateinfo_id", "pkglist"})) return true;
  const JsonMember* list = document.find("data");
  if (list == nullptr || !list->value.starts_with('[')) return false;
  const auto elements = outline_json_array(list->value);
  if (!elements || elements->empty() || !elements->front().starts_with('{')) return false;
  const auto first = outline_json(elements->front());
  const auto has = [&](std::string_view key) {
    return std::ranges::find(*first, key, &JsonMember::key) != first->end();
  };
  return first && has("id") && has("issued_date") && has("packages");
}

Result<void> read_alma_errata(const Document& document, RecordSink& sink) {
  Reader reader(sink);
  std::vector<std::string_view> elements = document.elements;
  if (const JsonMember* list = document.find("data")) {
    BH_TRY(elements, outline_json_array(list->value));
  }
  for (const std::string_view element : elements) BH_CHECK(reader.read(element));
  reader.tell();
  return {};
}

}  // namespace bulkhead::advisory
