#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/product_records.h"
#include "bulkhead/advisory/product_tree.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/xml.h"

// CVRF 1.1 and 1.2, the forerunner of CSAF in XML: advisories of Red Hat, SUSE and openEuler, and
// SUSE's documents of CVEs. What is in them is as in CSAF (csaf.cc), with the publishers' own ways:
// - Red Hat names source packages, the file in the text and the epoch in the id.
// - openEuler has no relationships: packages stand in the tree with the CPE of their release, one
//   id for all architectures, and statuses list releases.
//
// Source: https://docs.oasis-open.org/csaf/csaf-cvrf/v1.2/csaf-cvrf-v1.2.html,
// https://www.icasi.org/the-common-vulnerability-reporting-framework-cvrf-v1-1/
namespace bulkhead::advisory {
namespace {

using format::XmlAttribute;

constexpr std::size_t kMaxReferences = 200;
// Ratings of one vulnerability; real ones have up to three.
constexpr std::size_t kMaxRatings = 64;

struct StatusType {
  std::string_view name;
  ProductStatus status;
};

constexpr StatusType kStatusTypes[] = {
    {"Fixed", ProductStatus::fixed},
    {"First Fixed", ProductStatus::fixed},
    {"Recommended", ProductStatus::fixed},
    {"Known Affected", ProductStatus::affected},
    {"First Affected", ProductStatus::affected},
    {"Last Affected", ProductStatus::affected},
    {"Known Not Affected", ProductStatus::not_affected},
    {"Under Investigation", ProductStatus::undetermined},
};

std::string_view attribute(const std::vector<XmlAttribute>& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &XmlAttribute::name);
  return found == attributes.end() ? std::string_view() : found->value;
}

/// CSAF's word for a remediation's type: "Vendor Fix" is "vendor_fix".
std::string category_of(std::string_view type) {
  std::string category = to_lower(type);
  std::ranges::replace(category, ' ', '_');
  return category == "will_not_fix" ? "no_fix_planned" : category;
}

class Reader final : public format::XmlSink {
 public:
  explicit Reader(RecordSink& sink) : sink_(sink) {}

  Result<void> begin(std::string_view name, const std::vector<XmlAttribute>& attributes) override {
    path_.emplace_back(name);
    if (name == "Branch") branches_.emplace_back(attribute(attributes, "Type"));
    if (name == "FullProductName") {
      product_id_ = attribute(attributes, "ProductID");
      cpe_ = attribute(attributes, "CPE");
    } else if (name == "Relationship") {
      component_ = attribute(attributes, "ProductReference");
      platform_ = attribute(attributes, "RelatesToProductReference");
    } else if (name == "Vulnerability") {
      vulnerabilities_.emplace_back();
    } else if (name == "Note") {
      note_title_ = attribute(attributes, "Title");
      note_type_ = attribute(attributes, "Type");
    } else if (name == "Status" || name == "Threat" || name == "Remediation") {
      type_ = attribute(attributes, "Type");
      details_.clear();
      products_.clear();
      has_group_ = false;
    }
    return {};
  }

  Result<void> end(std::string_view name, std::string_view text) override {
    path_.pop_back();
    const std::string_view parent = path_.empty() ? std::string_view() : path_.back();
    text = trim(text);
    if (name == "FullProductName") {
      end_product(text, parent == "Relationship");
    } else if (name == "Branch") {
      branches_.pop_back();
    } else if (vulnerabilities_.empty()) {
      end_head(name, parent, text);
    } else {
      end_vulnerability(name, parent, text);
    }
    return {};
  }

  Result<void> finish() {
    if (head_.id.empty()) return fail(Code::malformed, "cvrf: the document has no id");
    keep_first_of_each(head_.references);
    ProductRecords records("cvrf", std::move(head_), tree_, sink_);
    for (ProductVulnerability& vulnerability : vulnerabilities_) {
      BH_CHECK(records.take(std::move(vulnerability)));
    }
    return records.finish();
  }

 private:
  void end_product(std::string_view name, bool is_related) {
    if (is_related) {
      tree_.relate(product_id_, component_, platform_);
    } else if (!branches_.empty() && branches_.back() == "Package Arch") {
      tree_.set(name, name, cpe_, {});
    } else if (name.ends_with(".src.rpm") && product_id_.contains(':')) {
      tree_.set(product_id_, product_id_ + ".src", {}, {});
    } else {
      tree_.set(product_id_, name, cpe_, {});
    }
  }

  void end_head(std::string_view name, std::string_view parent, std::string_view text) {
    if (name == "ID" && parent == "Identification") {
      // SUSE's documents of CVEs are called "SUSE CVE-2022-38150".
      head_.id = text.starts_with("SUSE CVE-") ? text.substr(5) : text;
    } else if (name == "DocumentTitle") {
      head_.title = text;
    } else if (name == "IssuingAuthority") {
      publisher_ = text;
    } else if (name == "InitialReleaseDate") {
      head_.published_unix_s = parse_utc(text);
    } else if (name == "CurrentReleaseDate") {
      head_.modified_unix_s = parse_utc(text);
    } else if (name == "AggregateSeverity" || (name == "Note" && note_title_ == "Severity")) {
      head_.severity = parse_severity(text).value_or(Severity::unknown);
    } else if (name == "Note") {
      const bool is_best =
          note_title_ == "Details" || note_type_ == "Description" || note_title_ == "Description";
      if (is_best || head_.detail.empty()) head_.detail = text;
    } else if (name == "URL") {
      add_reference(head_, text);
    }
  }

  void end_vulnerability(std::string_view name, std::string_view parent, std::string_view text) {
    ProductVulnerability& vulnerability = vulnerabilities_.back();
    Advisory& about = vulnerability.about;
    if (name == "CVE") {
      if (auto cve = cve_of(text)) about.cves.push_back(std::move(*cve));
    } else if (name == "Title" && parent == "Vulnerability") {
      about.title = text;
    } else if (name == "Note") {
      if (about.detail.empty()) about.detail = text;
    } else if (name == "URL") {
      add_reference(about, text);
    } else if (name == "Vector" || name == "VectorV2" || name == "VectorV3") {
      rate(about, text);
    } else if (name == "Description" && (parent == "Threat" || parent == "Remediation")) {
      details_ = text;
    } else if (name == "ProductID") {
      products_.push_back(tree_.index(text));
    } else if (name == "GroupID") {
      has_group_ = true;
    } else if (name == "Status") {
      end_status(vulnerability);
    } else if (name == "Threat" && type_ == "Impact") {
      const auto severity = parse_severity(details_);
      if (severity) apply(*severity, about.severity, vulnerability.severities);
    } else if (name == "Remediation") {
      const auto state = fix_state_of_words(category_of(type_), details_);
      if (state) apply(*state, vulnerability.fix_state, vulnerability.fix_states);
    }
  }

  void end_status(ProductVulnerability& vulnerability) {
    const auto* row = std::ranges::find(kStatusTypes, type_, &StatusType::name);
    if (row == std::end(kStatusTypes)) return;
    for (const ProductIndex product : products_) {
      vulnerability.statuses.emplace_back(row->status, product);
    }
  }

  /// To the products that an element names, or to all.
  template <class Value, class All>
  void apply(Value value, All& all, std::unordered_map<ProductIndex, Value>& each) const {
    for (const ProductIndex product : products_) each.emplace(product, value);
    if (products_.empty() && !has_group_) all = value;
  }

  void rate(Advisory& about, std::string_view vector) const {
    // openEuler writes those of version 3 without the version.
    const bool is_bare = vector.starts_with("AV:") && vector.contains("/PR:");
    auto cvss = parse_cvss(is_bare ? fmt::format("CVSS:3.1/{}", vector) : std::string(vector));
    if (!cvss || about.cvss.size() == kMaxRatings) return;
    cvss->source = publisher_;
    about.cvss.push_back(std::move(*cvss));
  }

  static void add_reference(Advisory& advisory, std::string_view url) {
    if (!url.empty() && advisory.references.size() < kMaxReferences) {
      advisory.references.emplace_back(url);
    }
  }

  RecordSink& sink_;
  ProductTree tree_;
  Advisory head_;
  std::string publisher_;
  std::vector<ProductVulnerability> vulnerabilities_;
  std::vector<std::string> path_;  // of open elements
  std::vector<std::string> branches_;
  // Of the element that is open.
  std::string product_id_;
  std::string cpe_;
  std::string component_;
  std::string platform_;
  std::string note_title_;
  std::string note_type_;
  std::string type_;
  std::string details_;
  std::vector<ProductIndex> products_;
  bool has_group_ = false;
};

}  // namespace

bool is_cvrf(const Document& document) {
  // The CVE list has been published so, too.
  return document.root == "cvrfdoc" &&
         !document.text.substr(0, kDocumentHeadBytes).contains(">CVE List<");
}

Result<void> read_cvrf(const Document& document, RecordSink& sink) {
  Reader reader(sink);
  format::XmlReader xml(reader);
  BH_CHECK(xml.feed(document.text));
  BH_CHECK(xml.finish());
  return reader.finish();
}

}  // namespace bulkhead::advisory
