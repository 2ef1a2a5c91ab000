// CSAF: the product tree gives each product id a name and, at best, a purl; a relationship makes a
// new id of a component in a platform; each vulnerability lists product ids by status.
#include <array>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/policy/dates.h"
#include "bulkhead/policy/vex_reader.h"

namespace bulkhead::policy {
namespace {

using format::JsonValue;

// Relationships of relationships: a package in a module in a release.
constexpr int kMaxSteps = 8;

struct StatusRow {
  std::string_view list;
  VexStatus status;
};

// `recommended` says what to buy, not what is affected.
constexpr StatusRow kStatuses[] = {
    {"fixed", VexStatus::fixed},
    {"first_fixed", VexStatus::fixed},
    {"known_not_affected", VexStatus::not_affected},
    {"known_affected", VexStatus::affected},
    {"first_affected", VexStatus::affected},
    {"last_affected", VexStatus::affected},
    {"under_investigation", VexStatus::under_investigation},
};

/// Component and platform of a product id that a relationship made.
struct Relation {
  std::string_view component;
  std::string_view platform;
};

/// What the branches above a product say of its version.
struct BranchVersion {
  std::string_view exact = {};  // empty: nothing
  bool is_range = false;
};

class Reader {
 public:
  explicit Reader(VexDocument& document) : builder_(document) {}

  Result<void> read(JsonValue root) {
    const JsonValue tracking = root["document"]["tracking"];
    for (const std::string_view key : {"initial_release_date", "current_release_date"}) {
      if (const auto time = parse_time(tracking[key].text_or(""))) time_ = *time;
    }
    const JsonValue tree = root["product_tree"];
    tree["full_product_names"].for_each_element([&](JsonValue product) { add(product, {}); });
    tree["branches"].for_each_element([&](JsonValue branch) { add_branch(branch, {}); });
    tree["relationships"].for_each_element([&](JsonValue item) { add_relation(item); });
    tree["product_groups"].for_each_element([&](JsonValue group) {
      if (const auto id = group["group_id"].text()) groups_.emplace(*id, group["product_ids"]);
    });
    Result<void> result;
    std::size_t index = 0;
    if (!root["vulnerabilities"].is_array()) {
      return fail(Code::malformed, "csaf: no list `vulnerabilities`");
    }
    root["vulnerabilities"].for_each_element([&](JsonValue item) {
      if (result) result = add_vulnerability(item, fmt::format("vulnerabilities[{}]", index));
      ++index;
    });
    builder_.end();
    return result;
  }

 private:
  /// Recursion is bounded by the depth that the JSON parser takes.
  void add_branch(JsonValue branch, BranchVersion version) {
    const std::string_view category = branch["category"].text_or("");
    if (category == "product_version") version = {branch["name"].text_or("")};
    // A range cannot be compared here: only a purl with a version of its own counts below it.
    if (category == "product_version_range") version = {.is_range = true};
    if (branch["product"].is_object()) add(branch["product"], version);
    branch["branches"].for_each_element([&](JsonValue inner) { add_branch(inner, version); });
  }

  void add(JsonValue product, BranchVersion version) {
    const auto id = product["product_id"].text();
    if (!id || products_.contains(*id)) return;
    VexProduct made;
    const JsonValue helper = product["product_identification_helper"];
    const std::string place = fmt::format("product {}", *id);
    add_identifier(made, helper["purl"].text_or(""), place, builder_);
    // CSAF 2.1 has a list.
    helper["purls"].for_each_element(
        [&](JsonValue purl) { add_identifier(made, purl.text_or(""), place, builder_); });
    for (Purl& purl : made.purls) {
      if (!purl.version.empty()) continue;
      if (version.is_range) {
        builder_.pass_over(place, "a range of versions");
        return;
      }
      purl.version = version.exact;
    }
    if (const auto cpe = helper["cpe"].text()) made.names.emplace_back(*cpe);
    if (const auto name = product["name"].text()) made.names.emplace_back(*name);
    helper["hashes"].for_each_element([&](JsonValue hashes) {
      hashes["file_hashes"].for_each_element([&](JsonValue hash) {
        made.digests.push_back(to_lower(hash["algorithm"].text_or("")) + ":" +
                               to_lower(hash["value"].text_or("")));
      });
    });
    products_.emplace(*id, builder_.add_product(std::move(made)));
  }

  void add_relation(JsonValue item) {
    const JsonValue full = item["full_product_name"];
    const auto id = full["product_id"].text();
    if (!id) return;
    // Where the combination has a purl of its own, that says more than its parts.
    if (full["product_identification_helper"]["purl"].is_string()) {
      add(full, {});
      return;
    }
    relations_.emplace(*id, Relation{item["product_reference"].text_or(""),
                                     item["relates_to_product_reference"].text_or("")});
  }

  /// The product that `id` is, following relationships to their component.
  std::uint32_t resolve(std::string_view id) const {
    for (int step = 0; step < kMaxSteps; ++step) {
      if (const auto found = products_.find(id); found != products_.end()) return found->second;
      const auto relation = relations_.find(id);
      if (relation == relations_.end()) break;
      id = relation->second.component;
    }
    return kNoProduct;
  }

  /// What a product id of a status list names.
  std::optional<VexSubject> subject_of(std::string_view id) const {
    if (const auto found = products_.find(id); found != products_.end()) {
      return VexSubject{found->second};
    }
    const auto relation = relations_.find(id);
    if (relation == relations_.end()) return std::nullopt;
    const VexSubject subject{resolve(relation->second.component),
                             resolve(relation->second.platform)};
    if (subject.product == kNoProduct || subject.whole == kNoProduct) return std::nullopt;
    return subject;
  }

  using Reasons = std::unordered_map<std::string_view, std::uint32_t>;

  /// Gives `reason` to the products that `item` lists, one by one or as groups.
  Result<void> set_reason(Reasons& reasons, JsonValue item, std::uint32_t reason) {
    Result<void> result;
    const auto set = [&](JsonValue id) {
      if (++set_reasons_ > kMaxReasons) {
        result = fail(Code::limit_exceeded, "csaf: reasons for more than a million products");
      } else if (id.is_string()) {
        reasons.emplace(id.text_or(""), reason);
      }
    };
    item["product_ids"].for_each_element([&](JsonValue id) {
      if (result) set(id);
    });
    item["group_ids"].for_each_element([&](JsonValue group) {
      const auto found = groups_.find(group.text_or(""));
      if (found == groups_.end()) return;
      found->second.for_each_element([&](JsonValue id) {
        if (result) set(id);
      });
    });
    return result;
  }

  /// Why products are not affected: flags (a justification) and threats (words about the impact).
  Result<Reasons> reasons_of(JsonValue item) {
    Reasons reasons;
    Result<void> result;
    item["flags"].for_each_element([&](JsonValue flag) {
      if (!result) return;
      const std::string label = joined_reason(flag["label"].text_or(""), "");
      result = set_reason(reasons, flag, builder_.add_reason(label));
    });
    item["threats"].for_each_element([&](JsonValue threat) {
      if (!result || threat["category"].text_or("") != "impact") return;
      const std::string details = joined_reason(threat["details"].text_or(""), "");
      result = set_reason(reasons, threat, builder_.add_reason(details));
    });
    BH_CHECK(result);
    return reasons;
  }

  Result<void> add_vulnerability(JsonValue item, const std::string& place) {
    std::string id = to_lower(item["cve"].text_or(""));
    std::vector<std::string> aliases;
    item["ids"].for_each_element([&](JsonValue other) {
      const std::string text = to_lower(other["text"].text_or(""));
      if (text.empty()) return;
      if (id.empty()) {
        id = text;
      } else {
        aliases.push_back(text);
      }
    });
    if (id.empty())
      return fail(Code::malformed, fmt::format("csaf: {}: neither cve nor ids", place));
    BH_TRY(const Reasons reasons, reasons_of(item));
    for (const StatusRow& row : kStatuses) {
      const JsonValue list = item["product_status"][row.list];
      if (!list.is_array()) continue;
      VexStatement statement{fmt::format("{}.product_status.{}", place, row.list), id, aliases,
                             row.status, time_};
      BH_CHECK(add_subjects(statement, list, reasons));
      builder_.add_statement(std::move(statement));
    }
    return {};
  }

  Result<void> add_subjects(VexStatement& statement, JsonValue list, const Reasons& reasons) {
    Result<void> result;
    list.for_each_element([&](JsonValue item) {
      if (!result) return;
      const std::string_view product_id = item.text_or("");
      auto subject = subject_of(product_id);
      if (!subject) {
        builder_.pass_over(statement.place,
                           fmt::format("product {} cannot be matched", product_id.substr(0, 200)));
        return;
      }
      if (const auto reason = reasons.find(product_id); reason != reasons.end()) {
        subject->reason = reason->second;
      }
      result = builder_.add_subject(statement, *subject);
    });
    return result;
  }

  static constexpr std::uint64_t kMaxReasons = 1'000'000;

  VexBuilder builder_;
  std::int64_t time_ = 0;
  std::uint64_t set_reasons_ = 0;
  std::unordered_map<std::string_view, std::uint32_t> products_;
  std::unordered_map<std::string_view, Relation> relations_;
  std::unordered_map<std::string_view, JsonValue> groups_;
};

}  // namespace

Result<void> read_csaf(JsonValue root, VexDocument& document) {
  return Reader(document).read(root);
}

}  // namespace bulkhead::policy
