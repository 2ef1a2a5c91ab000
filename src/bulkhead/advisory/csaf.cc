#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/product_records.h"
#include "bulkhead/advisory/product_tree.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"

// CSAF 2.0 documents of distributions: advisories of updates (RHSA-..., SUSE-SU-...), and one
// document a CVE with all that is known of it (VEX). The product tree gives each product an id: a
// release by its CPE or name, a package by its purl or name, and by relationships packages in
// releases, at times in a module's stream in between. Each vulnerability lists such ids by status.
//
// Source: https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html (3.2),
// https://redhatproductsecurity.github.io/security-data-guidelines/csaf-vex/
namespace bulkhead::advisory {
namespace {

using format::JsonValue;

// Products named one by one by threats and remediations of one document; groups repeat products.
constexpr std::uint64_t kMaxNamed = 20'000'000;
// Ratings of one vulnerability; real ones have up to four.
constexpr std::size_t kMaxRatings = 64;

struct StatusList {
  const char* name;
  ProductStatus status;
};

// `recommended` is where SUSE lists its fixes.
constexpr StatusList kStatusLists[] = {
    {"fixed", ProductStatus::fixed},
    {"first_fixed", ProductStatus::fixed},
    {"recommended", ProductStatus::fixed},
    {"known_affected", ProductStatus::affected},
    {"first_affected", ProductStatus::affected},
    {"last_affected", ProductStatus::affected},
    {"known_not_affected", ProductStatus::not_affected},
    {"under_investigation", ProductStatus::undetermined},
};

/// The text of the first note of one of `categories`, in their order.
std::string_view note_of(JsonValue notes, std::initializer_list<std::string_view> categories) {
  for (const std::string_view category : categories) {
    std::string_view text;
    notes.for_each_element([&](JsonValue note) {
      if (text.empty() && note["category"].text_or("") == category) text = note["text"].text_or("");
    });
    if (!text.empty()) return text;
  }
  return {};
}

void read_references(JsonValue list, std::vector<std::string>& references) {
  list.for_each_element([&](JsonValue reference) {
    if (const auto url = reference["url"].text()) references.emplace_back(*url);
  });
}

class Reader {
 public:
  Reader(JsonValue root, RecordSink& sink)
      : root_(root),
        publisher_(root["document"]["publisher"]["name"].text_or("")),
        records_("csaf", read_head(root), tree_, sink) {}

  Result<void> read() {
    const JsonValue tree = root_["product_tree"];
    tree["full_product_names"].for_each_element([&](JsonValue product) { add_product(product); });
    tree["branches"].for_each_element([&](JsonValue branch) { add_branch(branch); });
    tree["relationships"].for_each_element([&](JsonValue item) {
      const JsonValue full = item["full_product_name"];
      const auto id = full["product_id"].text();
      if (!id) return;
      tree_.relate(*id, item["product_reference"].text_or(""),
                   item["relates_to_product_reference"].text_or(""));
    });
    tree["product_groups"].for_each_element([&](JsonValue group) {
      if (const auto id = group["group_id"].text()) groups_.emplace(*id, group["product_ids"]);
    });
    Result<void> result;
    root_["vulnerabilities"].for_each_element([&](JsonValue item) {
      if (result) result = read_vulnerability(item);
    });
    BH_CHECK(result);
    return records_.finish();
  }

 private:
  static Advisory read_head(JsonValue root) {
    const JsonValue document = root["document"];
    const JsonValue tracking = document["tracking"];
    Advisory head{.id = std::string(tracking["id"].text_or(""))};
    // A document about a CVE has words for its file; those of the vulnerability are better.
    const bool is_of_cve = cve_of(head.id).has_value();
    if (!is_of_cve) {
      head.title = document["title"].text_or("");
      head.detail = note_of(document["notes"], {"summary", "description", "general"});
    }
    read_references(document["references"], head.references);
    head.published_unix_s = parse_utc(tracking["initial_release_date"].text_or(""));
    head.modified_unix_s = parse_utc(tracking["current_release_date"].text_or(""));
    tracking["aliases"].for_each_element([&](JsonValue alias) {
      if (const auto text = alias.text()) head.aliases.emplace_back(*text);
    });
    const std::string_view rating = document["aggregate_severity"]["text"].text_or("");
    head.severity = parse_severity(rating).value_or(Severity::unknown);
    return head;
  }

  /// Recursion is bounded by the depth that the JSON parser takes.
  void add_branch(JsonValue branch) {
    if (branch["product"].is_object()) add_product(branch["product"]);
    branch["branches"].for_each_element([&](JsonValue inner) { add_branch(inner); });
  }

  void add_product(JsonValue product) {
    const auto id = product["product_id"].text();
    if (!id) return;
    const JsonValue helper = product["product_identification_helper"];
    std::string_view purl = helper["purl"].text_or("");
    // CSAF 2.1 has a list.
    helper["purls"].for_each_element([&](JsonValue other) {
      if (purl.empty()) purl = other.text_or("");
    });
    tree_.set(*id, product["name"].text_or(""), helper["cpe"].text_or(""), purl);
  }

  Result<void> read_vulnerability(JsonValue item) {
    ProductVulnerability vulnerability;
    Advisory& about = vulnerability.about;
    if (auto cve = cve_of(item["cve"].text_or(""))) about.cves.push_back(std::move(*cve));
    about.title = item["title"].text_or("");
    about.detail = note_of(item["notes"], {"description", "summary", "general"});
    read_references(item["references"], about.references);
    for (const StatusList& list : kStatusLists) {
      item["product_status"][list.name].for_each_element([&](JsonValue id) {
        if (const auto text = id.text()) {
          vulnerability.statuses.emplace_back(list.status, tree_.index(*text));
        }
      });
    }
    read_ratings(item, about.cvss);
    BH_CHECK(read_threats(item["threats"], vulnerability));
    BH_CHECK(read_remediations(item["remediations"], vulnerability));
    return records_.take(std::move(vulnerability));
  }

  /// `scores` of 2.0, `metrics` of 2.1.
  void read_ratings(JsonValue item, std::vector<Cvss>& into) {
    const auto take = [&](JsonValue rating) {
      for (const char* version : {"cvss_v4", "cvss_v3", "cvss_v2"}) {
        auto cvss = parse_cvss(rating[version]["vectorString"].text_or(""));
        if (!cvss || into.size() == kMaxRatings) continue;
        const bool is_known = std::ranges::any_of(
            into, [&](const Cvss& known) { return known.vector == cvss->vector; });
        if (is_known) continue;
        cvss->source = publisher_;
        into.push_back(std::move(*cvss));
      }
    };
    item["scores"].for_each_element(take);
    item["metrics"].for_each_element([&](JsonValue metric) { take(metric["content"]); });
  }

  /// The publisher's own rating, of each product or of all.
  Result<void> read_threats(JsonValue threats, ProductVulnerability& vulnerability) {
    Result<void> result;
    threats.for_each_element([&](JsonValue threat) {
      if (!result || threat["category"].text_or("") != "impact") return;
      const auto severity = parse_severity(threat["details"].text_or(""));
      if (!severity) return;
      if (!names_products(threat)) {
        vulnerability.about.severity = *severity;
        return;
      }
      result = for_each_product(threat, [&](ProductIndex product) {
        vulnerability.severities.emplace(product, *severity);
      });
    });
    return result;
  }

  Result<void> read_remediations(JsonValue remediations, ProductVulnerability& vulnerability) {
    Result<void> result;
    remediations.for_each_element([&](JsonValue item) {
      if (!result) return;
      const std::string_view category = item["category"].text_or("");
      const auto url = item["url"].text();
      if (category == "vendor_fix" && url) vulnerability.about.references.emplace_back(*url);
      const auto state = fix_state_of_words(category, item["details"].text_or(""));
      if (!state) return;
      if (!names_products(item)) {
        vulnerability.fix_state = state;
        return;
      }
      result = for_each_product(
          item, [&](ProductIndex product) { vulnerability.fix_states.emplace(product, *state); });
    });
    return result;
  }

  static bool names_products(JsonValue item) {
    return item["product_ids"].is_array() || item["group_ids"].is_array();
  }

  template <class Visit>
  Result<void> for_each_product(JsonValue item, Visit visit) {
    bool is_too_many = false;
    const auto take = [&](JsonValue id) {
      is_too_many = is_too_many || ++named_ > kMaxNamed;
      if (!is_too_many && id.is_string()) visit(tree_.index(id.text_or("")));
    };
    item["product_ids"].for_each_element(take);
    item["group_ids"].for_each_element([&](JsonValue group) {
      const auto found = groups_.find(group.text_or(""));
      if (found != groups_.end() && !is_too_many) found->second.for_each_element(take);
    });
    if (!is_too_many) return {};
    return fail(Code::limit_exceeded,
                fmt::format("csaf: more than {} products are named", kMaxNamed));
  }

  JsonValue root_;
  std::string publisher_;
  ProductTree tree_;
  ProductRecords records_;
  std::unordered_map<std::string_view, JsonValue> groups_;
  std::uint64_t named_ = 0;
};

/// A document that takes back what it said.
bool is_withdrawn(JsonValue document) {
  const std::string_view category = document["category"].text_or("");
  return category == "csaf_withdrawn" || category == "csaf_superseded";
}

}  // namespace

bool is_csaf(const Document& document) {
  const JsonMember* head = document.find("document");
  if (head == nullptr || !head->value.starts_with('{')) return false;
  const auto members = outline_json(head->value);
  return members && std::ranges::find(*members, "csaf_version", &JsonMember::key) != members->end();
}

Result<void> read_csaf(const Document& document, RecordSink& sink) {
  // Kept from document to document: a feed has tens of thousands.
  static thread_local format::JsonDocument json;
  BH_TRY(const JsonValue root, json.parse(document.text));
  const JsonValue head = root["document"];
  if (head["tracking"]["id"].text_or("").empty()) {
    return fail(Code::malformed, "csaf: the document has no id");
  }
  if (is_withdrawn(head)) {
    sink.withdrawn();
    return {};
  }
  return Reader(root, sink).read();
}

}  // namespace bulkhead::advisory
