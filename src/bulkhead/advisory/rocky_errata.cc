#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "bulkhead/advisory/errata.h"
#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"

// Pages of Rocky Linux's errata service, {advisories: [...]}. An advisory may be of several
// releases; each package names the one that it is of.
//
//   version 3: {name, kind, severity, synopsis, description, published_at, updated_at,
//               cves: [{cve, cvss3_scoring_vector}],
//               packages: [{nevra, product_name, module_name, module_stream}]}
//   version 2: {name, type: "TYPE_SECURITY", severity: "SEVERITY_MODERATE", synopsis, description,
//               publishedAt, cves: [{name, cvss3ScoringVector}],
//               rpms: {"Rocky Linux 9": {nvras: [...]}}}
//
// Source: https://errata.rockylinux.org/api/v3/docs and
// https://github.com/resf/distro-tools (apollo/proto/v1).
namespace bulkhead::advisory {
namespace {

using format::JsonValue;
using PackagesByEcosystem = std::map<std::string, std::vector<ErrataPackage>>;

constexpr std::string_view kProduct = "Rocky Linux ";

/// The first of several spellings that is there.
std::string_view first_text(JsonValue object, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (const std::string_view text = object[key].text_or(""); !text.empty()) return text;
  }
  return {};
}

/// "Rocky Linux:8" of "Rocky Linux 8.6 x86_64 (Legacy)"; empty for another product.
std::string ecosystem_of(std::string_view product) {
  if (!product.starts_with(kProduct)) return {};
  const std::string_view rest = product.substr(kProduct.size());
  const std::string_view number = rest.substr(0, rest.find_first_not_of("0123456789"));
  return number.empty() ? std::string() : fmt::format("Rocky Linux:{}", number);
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
      left_out_.add(Code::malformed, "an erratum has no name", text.substr(0, 40));
      return {};
    }
    const std::string kind = to_lower(first_text(*root, {"kind", "type"}));
    if (!kind.ends_with("security") && advisory.cves.empty()) {
      left_out_.add(Code::unsupported, "bug fixes and enhancements", advisory.id);
      return {};
    }
    const PackagesByEcosystem packages = read_packages(*root, advisory.id);
    if (packages.empty()) {
      left_out_.add(Code::unsupported, "it names no package to install", advisory.id);
    }
    for (const auto& [ecosystem, list] : packages) {
      advisory.affected = affected_by(list, ecosystem, advisory.severity);
      if (advisory.affected.empty()) continue;
      BH_CHECK(sink_.add({"rocky-errata/" + ecosystem, ecosystem}, advisory));
    }
    return {};
  }

  void tell() const { left_out_.tell("rocky-errata", sink_); }

 private:
  static Advisory read_words(JsonValue root) {
    Advisory advisory;
    advisory.id = root["name"].text_or("");
    advisory.title = root["synopsis"].text_or("");
    advisory.detail = root["description"].text_or("");
    std::string_view severity = root["severity"].text_or("");
    constexpr std::string_view kPrefix = "SEVERITY_";
    if (severity.starts_with(kPrefix)) severity.remove_prefix(kPrefix.size());
    advisory.severity = parse_severity(severity).value_or(Severity::unknown);
    advisory.published_unix_s = parse_utc(first_text(root, {"published_at", "publishedAt"}));
    advisory.modified_unix_s = std::max(advisory.published_unix_s,
                                        parse_utc(first_text(root, {"updated_at", "updatedAt"})));
    if (!advisory.id.empty()) {
      advisory.references = {fmt::format("https://errata.rockylinux.org/{}", advisory.id)};
    }
    root["cves"].for_each_element([&](JsonValue entry) {
      const std::string_view id =
          entry.is_string() ? entry.text_or("") : first_text(entry, {"cve", "name"});
      if (auto cve = cve_of(id)) advisory.cves.push_back(std::move(*cve));
      // One vector rates one CVE: of several nobody could tell whose it is.
      auto cvss = parse_cvss(first_text(entry, {"cvss3_scoring_vector", "cvss3ScoringVector"}));
      if (!cvss) return;
      cvss->source = "Rocky Linux";
      advisory.cvss.push_back(std::move(*cvss));
    });
    keep_first_of_each(advisory.cves);
    if (advisory.cves.size() != 1) advisory.cvss.clear();
    if (advisory.cvss.size() > 1) advisory.cvss.resize(1);
    return advisory;
  }

  PackagesByEcosystem read_packages(JsonValue root, std::string_view id) {
    PackagesByEcosystem packages;
    std::size_t count = 0;
    const auto take = [&](std::string_view nevra, std::string_view product, std::string module) {
      const std::string ecosystem = ecosystem_of(product);
      if (ecosystem.empty()) {
        left_out_.add(Code::unsupported, "a package of another product", id);
        return;
      }
      auto package = parse_nevra(nevra);
      if (!package) {
        left_out_.add(Code::malformed, "a package's name is not understood", id);
        return;
      }
      if (++count > kMostErrataPackages) return;
      package->module = std::move(module);
      packages[ecosystem].push_back(std::move(*package));
    };
    root["packages"].for_each_element([&](JsonValue package) {
      std::string module(package["module_name"].text_or(""));
      const std::string_view stream = package["module_stream"].text_or("");
      if (!module.empty() && !stream.empty()) module.append(":").append(stream);
      take(package["nevra"].text_or(""), package["product_name"].text_or(""), std::move(module));
    });
    root["rpms"].for_each_member([&](std::string_view product, JsonValue list) {
      list["nvras"].for_each_element(
          [&](JsonValue nevra) { take(nevra.text_or(""), product, ""); });
    });
    if (count > kMostErrataPackages) {
      left_out_.add(Code::limit_exceeded, "it has too many packages", id);
      packages.clear();
    }
    return packages;
  }

  RecordSink& sink_;
  format::JsonDocument json_ = {};
  LeftOut left_out_ = {};
};

bool has_all(const std::vector<JsonMember>& members, std::initializer_list<std::string_view> keys) {
  return std::ranges::all_of(keys, [&](std::string_view key) {
    return std::ranges::find(members, key, &JsonMember::key) != members.end();
  });
}

}  // namespace

bool is_rocky_errata(const Document& document) {
  const JsonMember* list = document.find("advisories");
  if (list == nullptr || !list->value.starts_with('[')) return false;
  const auto elements = outline_json_array(list->value);
  if (!elements) return false;
  // A page behind the last one is empty, and has the fields of a page.
  if (elements->empty()) return document.has({"total", "page", "size"});
  if (!elements->front().starts_with('{')) return false;
  const auto first = outline_json(elements->front());
  return first && (has_all(*first, {"name", "synopsis", "packages"}) ||
                   has_all(*first, {"name", "synopsis", "rpms"}));
}

Result<void> read_rocky_errata(const Document& document, RecordSink& sink) {
  Reader reader(sink);
  const JsonMember* list = document.find("advisories");
  if (list == nullptr) return fail(Code::malformed, "rocky-errata: no `advisories`");
  BH_TRY(const std::vector<std::string_view> elements, outline_json_array(list->value));
  for (const std::string_view element : elements) BH_CHECK(reader.read(element));
  reader.tell();
  return {};
}

}  // namespace bulkhead::advisory
