#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/model/report.h"

namespace bulkhead::report {

/// The findings that a SARIF run holds, in the order of its results, and the rules they belong to.
struct SarifPlan {
  struct Row {
    std::uint32_t finding;  // its place in the report
    std::uint32_t rule;     // its place in `rules`
  };
  struct Rule {
    std::uint32_t finding;  // the worst one, whose words describe the rule
    double score;           // the highest of its findings
  };
  std::vector<Row> rows;
  std::vector<Rule> rules;
  std::size_t left_out = 0;   // findings past `most`
  bool has_judged = false;    // is_judged, among `rows`
  bool has_baseline = false;  // findings of an earlier report, among `rows`
};

/// Orders the findings: those that count, those of an earlier report, those that somebody
/// judged; the worst first, else as the
/// report has them; keeps the first `most`.
SarifPlan plan_sarif(const std::vector<Finding>& findings, std::size_t most);

/// "error", "warning" or "note".
std::string sarif_level(Severity severity);

/// One reportingDescriptor (SARIF 2.1.0, section 3.49) as JSON.
std::string sarif_rule(const Finding& finding, double score);

}  // namespace bulkhead::report
