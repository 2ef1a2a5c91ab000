#include "bulkhead/policy/baseline.h"

#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"
#include "bulkhead/policy/json_place.h"

namespace bulkhead::policy {
namespace {

using format::JsonValue;

constexpr std::string_view kSchema = "bulkhead.report/1";

/// Where findings of the package with `purl` are kept.
std::string key_of(std::string_view purl_text, std::string_view kind) {
  if (const auto purl = parse_purl(purl_text)) return name_key(*purl);
  return fmt::format("{}:{}", kind, purl_text);
}

void add(Baseline& baseline, JsonValue finding,
         const std::unordered_map<std::string_view, std::string_view>& purls) {
  const std::string_view status = finding["suppressed"]["status"].text_or("");
  if (finding["suppressed"].is_object() && status != "baseline") return;
  const auto package = purls.find(finding["package"].text_or(""));
  const std::string key = key_of(package == purls.end() ? std::string_view() : package->second,
                                 finding["kind"].text_or(""));
  baseline.rules[key].insert(to_lower(finding["rule"].text_or("")));
  finding["aliases"].for_each_element([&](JsonValue alias) {
    if (const auto text = alias.text()) baseline.aliases[key].insert(to_lower(*text));
  });
}

}  // namespace

Result<Baseline> parse_baseline(std::string_view text, std::string_view name) {
  const auto refuse = [&](Code code, std::string what) {
    return std::unexpected(Error{code, std::move(what), std::string(name)});
  };
  format::JsonDocument json;
  const auto root = json.parse(text);
  if (!root) return std::unexpected(located(json_error("baseline", text, root.error()), name));
  if ((*root)["schema"].text_or("") != kSchema) {
    return refuse(Code::unsupported,
                  fmt::format("baseline: it is no report of Bulkhead (schema {})", kSchema));
  }
  if (!(*root)["findings"].is_array()) {
    return refuse(Code::malformed, "baseline: no list `findings`");
  }
  Baseline baseline{std::string(name)};
  std::unordered_map<std::string_view, std::string_view> purls;
  (*root)["packages"].for_each_element([&](JsonValue package) {
    purls.emplace(package["id"].text_or(""), package["purl"].text_or(""));
  });
  (*root)["findings"].for_each_element([&](JsonValue finding) { add(baseline, finding, purls); });
  if ((*root)["complete"].boolean() == false) {
    baseline.notes.push_back({NoteLevel::info, "incomplete-baseline",
                              "the earlier report was not complete: what it had not looked at "
                              "counts as new",
                              std::string(name)});
  }
  return baseline;
}

void apply_baseline(const Baseline& baseline, const Subjects& subjects,
                    std::vector<Finding>& findings) {
  const auto has = [](const auto& map, const std::string& key, const std::string& id) {
    const auto row = map.find(key);
    return row != map.end() && row->second.contains(id);
  };
  for (Finding& finding : findings) {
    if (finding.suppressed) continue;
    const Subject subject = subjects.of(finding);
    const std::string key =
        key_of(subject.package == nullptr ? std::string_view() : subject.package->purl,
               finding_kind_name(finding.kind));
    const bool is_known = has(baseline.rules, key, subject.rule) ||
                          has(baseline.aliases, key, subject.rule) ||
                          std::ranges::any_of(finding.aliases, [&](const std::string& alias) {
                            return has(baseline.rules, key, to_lower(alias));
                          });
    if (is_known) {
      finding.suppressed = Suppression{baseline.name, "", "", SuppressionStatus::baseline};
    }
  }
}

}  // namespace bulkhead::policy
