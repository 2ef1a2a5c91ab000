#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/product_records.h"
#include "bulkhead/advisory/product_tree.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"

// CVEs as Red Hat's Security Data API gives them, one a file: `affected_release` lists fixes by
// the CPE of a product and a source package ("bind-32:9.11.36-5.el8"), `package_state` what has
// none. A fix of a module ("nodejs:18-8090020231019152822.a75119d5") names no package.
//
// Source: https://docs.redhat.com/en/documentation/red_hat_security_data_api/1.0 ("CVE")
namespace bulkhead::advisory {
namespace {

using format::JsonValue;

class Reader {
 public:
  Reader(JsonValue root, RecordSink& sink)
      : root_(root), sink_(sink), records_("red-hat-cve", read_head(root), tree_, sink) {}

  Result<void> read() {
    root_["affected_release"].for_each_element([&](JsonValue release) {
      add(release["cpe"].text_or(""), release["package"].text_or(""), ProductStatus::fixed);
    });
    root_["package_state"].for_each_element([&](JsonValue state) { read_state(state); });
    vulnerability_.about = read_about();
    BH_CHECK(records_.take(std::move(vulnerability_)));
    BH_CHECK(records_.finish());
    if (bad_ != 0) {
      sink_.note(
          {Code::malformed, fmt::format("red-hat-cve: {} {} not understood, the first is {}", bad_,
                                        bad_ == 1 ? "state is" : "states are", first_bad_)});
    }
    return {};
  }

 private:
  static Advisory read_head(JsonValue root) {
    Advisory head{.id = std::string(root["name"].text_or(""))};
    head.title = root["bugzilla"]["description"].text_or("");
    head.published_unix_s = parse_utc(root["public_date"].text_or(""));
    head.modified_unix_s = head.published_unix_s;
    const auto severity = parse_severity(root["threat_severity"].text_or(""));
    head.severity = severity.value_or(Severity::unknown);
    head.references = {"https://access.redhat.com/security/cve/" + head.id};
    return head;
  }

  Advisory read_about() const {
    Advisory about;
    about.severity =
        parse_severity(root_["threat_severity"].text_or("")).value_or(Severity::unknown);
    if (auto cve = cve_of(root_["name"].text_or(""))) about.cves = {std::move(*cve)};
    // The last one is Red Hat's own.
    root_["details"].for_each_element(
        [&](JsonValue text) { about.detail = text.text_or(about.detail); });
    for (const std::string_view vector : {root_["cvss3"]["cvss3_scoring_vector"].text_or(""),
                                          root_["cvss"]["cvss_scoring_vector"].text_or("")}) {
      auto cvss = parse_cvss(vector);
      if (!cvss) continue;
      cvss->source = "Red Hat";
      about.cvss.push_back(std::move(*cvss));
    }
    root_["references"].for_each_element([&](JsonValue text) {
      for (const std::string_view url : split(text.text_or(""), '\n')) {
        if (!trim(url).empty()) about.references.emplace_back(trim(url));
      }
    });
    return about;
  }

  void read_state(JsonValue state) {
    const std::string_view words = state["fix_state"].text_or("");
    const std::string_view cpe = state["cpe"].text_or("");
    const std::string_view package = state["package_name"].text_or("");
    if (words == "Not affected") {
      add(cpe, package, ProductStatus::not_affected);
    } else if (words == "Under investigation") {
      add(cpe, package, ProductStatus::undetermined);
    } else if (const auto fix = fix_state_of_words({}, words)) {
      vulnerability_.fix_states[add(cpe, package, ProductStatus::affected)] = *fix;
    } else if (bad_++ == 0) {
      first_bad_ = fmt::format("{} of {}", words, package);
    }
  }

  /// Builds of packages are sources', and states are told by names of sources.
  ProductIndex add(std::string_view cpe, std::string_view package, ProductStatus status) {
    const bool is_build = status == ProductStatus::fixed;
    const std::string name = fmt::format("{}{}", package, is_build ? ".src" : "");
    const std::string id = fmt::format("{}\n{}", cpe, name);
    tree_.set(cpe, {}, cpe, {});
    tree_.set(name, name, {}, {});
    tree_.relate(id, name, cpe);
    const ProductIndex product = tree_.index(id);
    vulnerability_.statuses.emplace_back(status, product);
    return product;
  }

  JsonValue root_;
  RecordSink& sink_;
  ProductTree tree_;
  ProductRecords records_;
  ProductVulnerability vulnerability_;
  std::uint64_t bad_ = 0;
  std::string first_bad_;
};

}  // namespace

bool is_red_hat_cve(const Document& document) {
  return document.has({"name", "public_date"}) &&
         (document.find("package_state") != nullptr ||
          document.find("affected_release") != nullptr || document.find("bugzilla") != nullptr);
}

Result<void> read_red_hat_cve(const Document& document, RecordSink& sink) {
  // Kept from document to document: a feed has tens of thousands.
  static thread_local format::JsonDocument json;
  BH_TRY(const JsonValue root, json.parse(document.text));
  if (root["name"].text_or("").empty()) {
    return fail(Code::malformed, "red-hat-cve: the document has no name");
  }
  return Reader(root, sink).read();
}

}  // namespace bulkhead::advisory
