#include <optional>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/policy/dates.h"
#include "bulkhead/policy/vex_reader.h"

namespace bulkhead::policy {
namespace {

using format::JsonValue;

std::optional<VexStatus> status_of(std::string_view text) {
  if (text == "not_affected") return VexStatus::not_affected;
  if (text == "affected") return VexStatus::affected;
  if (text == "fixed") return VexStatus::fixed;
  if (text == "under_investigation") return VexStatus::under_investigation;
  return std::nullopt;
}

std::int64_t time_of(JsonValue object, std::int64_t otherwise) {
  for (const std::string_view key : {"last_updated", "timestamp"}) {
    if (const auto time = parse_time(object[key].text_or(""))) return *time;
  }
  return otherwise;
}

class Reader {
 public:
  explicit Reader(VexDocument& document) : builder_(document) {}

  Result<void> read(JsonValue root) {
    if (!root["statements"].is_array()) {
      return fail(Code::malformed, "openvex: no list `statements`");
    }
    document_time_ = time_of(root, 0);
    Result<void> result;
    std::size_t index = 0;
    root["statements"].for_each_element([&](JsonValue item) {
      if (result) result = add(item, fmt::format("statements[{}]", index));
      ++index;
    });
    builder_.end();
    return result;
  }

 private:
  Result<void> add(JsonValue item, const std::string& place) {
    VexStatement statement{place};
    const JsonValue vulnerability = item["vulnerability"];
    // Before 0.2.0 it was one text.
    std::string_view id = vulnerability.text_or(vulnerability["name"].text_or(""));
    if (id.empty()) id = vulnerability["@id"].text_or("");
    id.remove_prefix(id.rfind('/') + 1);  // an @id may be an address
    if (id.empty())
      return fail(Code::malformed, fmt::format("openvex: {}: no vulnerability", place));
    statement.id = to_lower(id);
    vulnerability["aliases"].for_each_element([&](JsonValue alias) {
      if (const auto text = alias.text()) statement.aliases.push_back(to_lower(*text));
    });
    const auto status = status_of(item["status"].text_or(""));
    if (!status) {
      return fail(Code::malformed,
                  fmt::format("openvex: {}: `status` is \"{}\", not one of not_affected, affected, "
                              "fixed and under_investigation",
                              place, item["status"].text_or("")));
    }
    statement.status = *status;
    statement.time_unix_s = time_of(item, document_time_);
    std::string_view more = item["impact_statement"].text_or("");
    if (more.empty()) more = item["status_notes"].text_or("");
    reason_ = builder_.add_reason(joined_reason(item["justification"].text_or(""), more));

    // Before 0.2.0 the parts stood beside the products, and belonged to each of them.
    std::vector<std::uint32_t> common_parts;
    item["subcomponents"].for_each_element(
        [&](JsonValue part) { common_parts.push_back(add_component(part, place)); });
    Result<void> result;
    item["products"].for_each_element([&](JsonValue product) {
      if (result) result = add_product(statement, product, common_parts);
    });
    BH_CHECK(result);
    builder_.add_statement(std::move(statement));
    return {};
  }

  Result<void> add_product(VexStatement& statement, JsonValue product,
                           const std::vector<std::uint32_t>& common_parts) {
    const std::uint32_t whole = add_component(product, statement.place);
    std::vector<std::uint32_t> parts = common_parts;
    product["subcomponents"].for_each_element(
        [&](JsonValue part) { parts.push_back(add_component(part, statement.place)); });
    if (parts.empty()) return builder_.add_subject(statement, {whole, kNoProduct, reason_});
    for (const std::uint32_t part : parts) {
      BH_CHECK(builder_.add_subject(statement, {part, whole, reason_}));
    }
    return {};
  }

  std::uint32_t add_component(JsonValue item, std::string_view place) {
    VexProduct product;
    add_identifier(product, item.text_or(item["@id"].text_or("")), place, builder_);
    const JsonValue identifiers = item["identifiers"];
    for (const std::string_view key : {"purl", "cpe22", "cpe23"}) {
      add_identifier(product, identifiers[key].text_or(""), place, builder_);
    }
    for (const std::string_view key : {"sha-256", "sha-512"}) {
      const std::string_view hex = item["hashes"][key].text_or("");
      if (hex.empty()) continue;
      product.digests.push_back((key == "sha-256" ? "sha256:" : "sha512:") + to_lower(hex));
    }
    return builder_.add_product(std::move(product));
  }

  VexBuilder builder_;
  std::int64_t document_time_ = 0;
  std::uint32_t reason_ = 0;
};

}  // namespace

Result<void> read_openvex(JsonValue root, VexDocument& document) {
  return Reader(document).read(root);
}

}  // namespace bulkhead::policy
