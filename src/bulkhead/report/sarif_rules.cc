#include "bulkhead/report/sarif_rules.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bulkhead/report/rating.h"
#include "bulkhead/report/text_fields.h"

namespace bulkhead::report {
namespace {

using Json = nlohmann::ordered_json;

// GitHub takes no more characters of these; the help is bounded to keep uploads under 10 MB.
constexpr std::size_t kMostDescription = 1000;
constexpr std::size_t kMostHelpDetail = 4000;
constexpr std::size_t kMostReferences = 10;

std::string_view rule_name(FindingKind kind) {
  return kind == FindingKind::support ? "EndOfSupport" : "PackageVulnerability";
}

/// GitHub's word for how often findings of a rule are true.
std::string_view precision_of(Confidence confidence) {
  switch (confidence) {
    case Confidence::certain:
      return "very-high";
    case Confidence::likely:
      return "high";
    case Confidence::possible:
      return "medium";
  }
  return "medium";
}

std::string help_text(const Finding& finding) {
  std::string text =
      fmt::format("{}: {}\nSeverity: {}\n", utf8(finding.rule),
                  utf8_prefix(finding.title, kMostDescription), severity_name(finding.severity));
  if (finding.is_known_exploited) text += "Known to be exploited.\n";
  if (!finding.detail.empty()) text += "\n" + utf8_prefix(finding.detail, kMostHelpDetail) + "\n";
  for (std::size_t i = 0; i < std::min(finding.references.size(), kMostReferences); ++i) {
    text += fmt::format("{}{}\n", i == 0 ? "\nReferences:\n" : "", utf8(finding.references[i]));
  }
  return text;
}

std::string help_markdown(const Finding& finding, double score) {
  std::string text = fmt::format(
      "**{}**: {}\n\n| Severity | Score | Exploited |\n| --- | --- | "
      "--- |\n| {} | {} | {} |\n",
      markdown_text(finding.rule), markdown_text(utf8_prefix(finding.title, kMostDescription)),
      severity_name(finding.severity), score_text(score),
      finding.is_known_exploited ? "known to be" : "not known");
  if (!finding.detail.empty()) {
    text += "\n" + markdown_text(utf8_prefix(finding.detail, kMostHelpDetail)) + "\n";
  }
  std::size_t count = 0;
  for (const std::string& reference : finding.references) {
    if (!is_web_address(reference) || count++ == kMostReferences) continue;
    text += fmt::format("{}- <{}>\n", count == 1 ? "\n" : "", reference);
    if (count == kMostReferences) break;
  }
  return text;
}

int rank_of(const Finding& finding) {
  return is_judged(finding) ? 2 : finding.suppressed.has_value() ? 1 : 0;
}

}  // namespace

SarifPlan plan_sarif(const std::vector<Finding>& findings, std::size_t most) {
  std::vector<std::uint32_t> order(findings.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return std::tuple(rank_of(findings[a]), findings[b].severity, a) <
           std::tuple(rank_of(findings[b]), findings[a].severity, b);
  });
  SarifPlan plan;
  if (order.size() > most) {
    plan.left_out = order.size() - most;
    order.resize(most);
  }
  std::unordered_map<std::string_view, std::uint32_t> places;
  plan.rows.reserve(order.size());
  for (const std::uint32_t i : order) {
    const Finding& finding = findings[i];
    const double score = security_score(finding);
    const auto [place, is_new] =
        places.emplace(finding.rule, static_cast<std::uint32_t>(plan.rules.size()));
    if (is_new) plan.rules.push_back({i, score});
    SarifPlan::Rule& rule = plan.rules[place->second];
    rule.score = std::max(rule.score, score);
    plan.rows.push_back({i, place->second});
    plan.has_judged = plan.has_judged || is_judged(finding);
    plan.has_baseline = plan.has_baseline || rank_of(finding) == 1;
  }
  return plan;
}

std::string sarif_level(Severity severity) {
  switch (severity) {
    case Severity::critical:
    case Severity::high:
      return "error";
    case Severity::medium:
    case Severity::unknown:  // unrated is not harmless: --fail-on ranks it as medium, too
      return "warning";
    case Severity::low:
    case Severity::negligible:
      return "note";
  }
  return "warning";
}

std::string sarif_rule(const Finding& finding, double score) {
  const std::string title = utf8_prefix(finding.title, kMostDescription);
  const std::string rule = utf8(finding.rule);
  const std::string fallback = title.empty() ? rule : title;
  Json json{{"id", rule},
            {"name", rule_name(finding.kind)},
            {"shortDescription", {{"text", fallback}}},
            {"fullDescription",
             {{"text", finding.detail.empty() ? fallback
                                              : utf8_prefix(finding.detail, kMostDescription)}}}};
  if (const std::string page = page_of(finding); !page.empty()) json["helpUri"] = page;
  json["help"] = {{"text", help_text(finding)}, {"markdown", help_markdown(finding, score)}};
  json["defaultConfiguration"] = {{"level", sarif_level(finding.severity)}};
  // GitHub takes 20 tags a rule and shows 10.
  Json tags{"security", finding_kind_name(finding.kind), severity_name(finding.severity)};
  if (finding.is_known_exploited) tags.push_back("known-exploited");
  json["properties"] = {{"tags", std::move(tags)},
                        {"precision", precision_of(finding.confidence)},
                        {"security-severity", score_text(score)}};
  return json.dump();
}

}  // namespace bulkhead::report
