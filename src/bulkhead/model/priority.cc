#include "bulkhead/model/priority.h"

#include <algorithm>
#include <cmath>

namespace bulkhead {
namespace {

constexpr double kExploited = 100;
constexpr double kSeverityRange = 90;
constexpr double kFix = 10;
constexpr double kBaseShare = 0.4;    // of what severity alone is worth
constexpr double kChanceShare = 0.6;  // of what the chance of exploitation adds
constexpr double kUnknownChance = 0.1;

double weight_of(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return 1;
    case Severity::high:
      return 0.75;
    case Severity::medium:
      return 0.45;
    case Severity::low:
      return 0.2;
    case Severity::negligible:
      return 0.05;
    case Severity::unknown:  // as --unknown-as has it where nothing is said: medium
      return 0.45;
  }
  return 0;
}

double trust_in(Confidence confidence) {
  switch (confidence) {
    case Confidence::certain:
      return 1;
    case Confidence::likely:
      return 0.9;
    case Confidence::possible:
      return 0.5;
  }
  return 0;
}

}  // namespace

double priority_of(const Finding& finding) {
  const double chance =
      finding.epss ? std::sqrt(std::clamp(finding.epss->score, 0.0, 1.0)) : kUnknownChance;
  const double severity = kSeverityRange * weight_of(finding.severity) *
                          (kBaseShare + kChanceShare * chance) * trust_in(finding.confidence);
  return (finding.is_known_exploited ? kExploited : 0) + severity +
         (finding.fix_state == FixState::fixed ? kFix : 0);
}

std::optional<FindingOrder> parse_finding_order(std::string_view name) {
  if (name == "priority") return FindingOrder::priority;
  if (name == "severity") return FindingOrder::severity;
  if (name == "epss") return FindingOrder::epss;
  if (name == "package") return FindingOrder::package;
  return std::nullopt;
}

}  // namespace bulkhead
