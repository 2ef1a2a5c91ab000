#include <map>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/policy/dates.h"
#include "bulkhead/policy/vex_reader.h"

namespace bulkhead::policy {
namespace {

using format::JsonValue;

struct StateRow {
  std::string_view state;
  VexStatus status;
};

constexpr StateRow kStates[] = {
    {"not_affected", VexStatus::not_affected},
    {"false_positive", VexStatus::not_affected},
    {"resolved", VexStatus::fixed},
    {"resolved_with_pedigree", VexStatus::fixed},
    {"exploitable", VexStatus::affected},
    {"in_triage", VexStatus::under_investigation},
};

class Reader {
 public:
  explicit Reader(VexDocument& document) : builder_(document) {}

  Result<void> read(JsonValue root) {
    document_time_ = parse_time(root["metadata"]["timestamp"].text_or("")).value_or(0);
    add_component(root["metadata"]["component"], true);
    root["components"].for_each_element([&](JsonValue item) { add_component(item, false); });
    if (!root["vulnerabilities"].is_array()) {
      return fail(Code::malformed, "cyclonedx: no list `vulnerabilities`");
    }
    Result<void> result;
    std::size_t index = 0;
    root["vulnerabilities"].for_each_element([&](JsonValue item) {
      if (result) result = add(item, fmt::format("vulnerabilities[{}]", index));
      ++index;
    });
    builder_.end();
    return result;
  }

 private:
  /// Recursion is bounded by the depth that the JSON parser takes.
  void add_component(JsonValue item, bool is_root) {
    const auto reference = item["bom-ref"].text();
    if (reference && !products_.contains(*reference)) {
      VexProduct product;
      add_identifier(product, item["purl"].text_or(""), *reference, builder_);
      for (Purl& purl : product.purls) {
        if (purl.version.empty()) purl.version = item["version"].text_or("");
      }
      const std::string_view type = item["type"].text_or("");
      if (is_root || type == "container" || type == "operating-system") {
        std::string name(item["name"].text_or(""));
        const std::string_view version = item["version"].text_or("");
        const char* between = type == "operating-system" ? " " : version.contains(':') ? "@" : ":";
        if (!version.empty()) product.names.push_back(name + between + std::string(version));
        product.names.push_back(std::move(name));
      }
      products_.emplace(*reference, builder_.add_product(std::move(product)));
    }
    item["components"].for_each_element([&](JsonValue inner) { add_component(inner, false); });
  }

  Result<void> add(JsonValue item, const std::string& place) {
    const JsonValue analysis = item["analysis"];
    if (!analysis.is_object()) return {};  // a vulnerability that nobody has judged
    const std::string_view state = analysis["state"].text_or("");
    const StateRow* row = nullptr;
    for (const StateRow& known : kStates) {
      if (known.state == state) row = &known;
    }
    if (row == nullptr) {
      return fail(Code::malformed,
                  fmt::format("cyclonedx: {}.analysis: \"{}\" is no state", place, state));
    }
    VexStatement statement{place, to_lower(item["id"].text_or("")), {}, row->status};
    if (statement.id.empty()) {
      return fail(Code::malformed, fmt::format("cyclonedx: {}: no id", place));
    }
    item["references"].for_each_element([&](JsonValue reference) {
      if (const auto id = reference["id"].text()) statement.aliases.push_back(to_lower(*id));
    });
    statement.time_unix_s = document_time_;
    for (const std::string_view time :
         {item["updated"].text_or(""), analysis["firstIssued"].text_or(""),
          analysis["lastUpdated"].text_or("")}) {
      if (const auto known = parse_time(time)) statement.time_unix_s = *known;
    }
    const std::uint32_t reason = builder_.add_reason(
        joined_reason(analysis["justification"].text_or(""), analysis["detail"].text_or("")));
    // Where versions have a status of their own, one analysis makes several statements.
    Statements statements;
    Result<void> result;
    item["affects"].for_each_element([&](JsonValue affected) {
      if (result) result = add_affected(statements, statement, affected, reason);
    });
    BH_CHECK(result);
    if (statements.empty()) builder_.add_statement(std::move(statement));
    for (auto& [status, made] : statements) builder_.add_statement(std::move(made));
    return {};
  }

  using Statements = std::map<VexStatus, VexStatement>;

  Result<void> add_subject(Statements& statements, const VexStatement& pattern, VexStatus status,
                           VexSubject subject) {
    const auto [place, is_new] = statements.emplace(status, pattern);
    place->second.status = status;
    return builder_.add_subject(place->second, subject);
  }

  /// What an analysis means for one version of which the document says itself whether the
  /// vulnerability is in it: "resolved" is not true of a version that is "affected", and
  /// "exploitable" not of one that is "unaffected".
  static VexStatus status_of(VexStatus status, std::string_view own) {
    const bool is_fixed = status == VexStatus::fixed;
    const bool is_open = status == VexStatus::affected || status == VexStatus::under_investigation;
    if (is_fixed && own == "affected") return VexStatus::affected;
    if (is_fixed && own == "unknown") return VexStatus::under_investigation;
    if (is_open && own == "unaffected") return VexStatus::not_affected;
    return status;
  }

  /// One product, or one a version where versions are named.
  Result<void> add_affected(Statements& statements, const VexStatement& pattern, JsonValue affected,
                            std::uint32_t reason) {
    const std::string_view reference = affected["ref"].text_or("");
    const std::uint32_t product = product_of(reference, pattern.place);
    if (product == kNoProduct) return {};
    if (!affected["versions"].is_array()) {
      return add_subject(statements, pattern, pattern.status, {product, kNoProduct, reason});
    }
    Result<void> result;
    affected["versions"].for_each_element([&](JsonValue item) {
      if (!result) return;
      const auto version = item["version"].text();
      if (!version) {
        builder_.pass_over(pattern.place, "a range of versions");
        return;
      }
      const std::uint32_t exact = with_version(product, reference, *version, pattern.place);
      if (exact == kNoProduct) return;
      result =
          add_subject(statements, pattern, status_of(pattern.status, item["status"].text_or("")),
                      {exact, kNoProduct, reason});
    });
    return result;
  }

  std::uint32_t with_version(std::uint32_t product, std::string_view reference,
                             std::string_view version, std::string_view place) {
    VexProduct made = builder_.product(product);
    // One that has another version already is not what is meant.
    std::erase_if(made.purls, [&](const Purl& purl) {
      return !purl.version.empty() && purl.version != version;
    });
    if (made.purls.empty()) {
      builder_.pass_over(place, fmt::format("{} has no version {}", reference, version));
      return kNoProduct;
    }
    for (Purl& purl : made.purls) purl.version = version;
    return builder_.add_product(std::move(made));
  }

  /// `reference` is a bom-ref of this document, a BOM-Link to a component ("urn:cdx:SERIAL/1#REF"),
  /// or a purl.
  std::uint32_t product_of(std::string_view reference, std::string_view place) {
    if (const auto found = products_.find(reference); found != products_.end()) {
      return found->second;
    }
    std::string target(reference);
    if (reference.starts_with("urn:cdx:")) {
      const std::size_t hash = reference.find('#');
      if (hash != std::string_view::npos) target = decoded(reference.substr(hash + 1));
      if (const auto found = products_.find(target); found != products_.end()) {
        return found->second;
      }
    }
    VexProduct product;
    if (target.starts_with("pkg:")) add_identifier(product, target, place, builder_);
    if (product.purls.empty()) {
      builder_.pass_over(place, fmt::format("{} is no component of this document and no purl",
                                            reference.substr(0, 200)));
      return kNoProduct;
    }
    const std::uint32_t index = builder_.add_product(std::move(product));
    products_.emplace(reference, index);
    return index;
  }

  /// Without the percent-encoding of a fragment, unless it is a purl as it stands.
  static std::string decoded(std::string_view text) {
    if (text.starts_with("pkg:")) return std::string(text);
    return decode_percent(text).value_or(std::string(text));
  }

  VexBuilder builder_;
  std::int64_t document_time_ = 0;
  std::unordered_map<std::string_view, std::uint32_t> products_;
};

}  // namespace

Result<void> read_cyclonedx_vex(JsonValue root, VexDocument& document) {
  return Reader(document).read(root);
}

}  // namespace bulkhead::policy
