#include "bulkhead/report/actions.h"

#include <string>

#include <gtest/gtest.h>

namespace bulkhead::report {
namespace {

Finding finding(std::string rule, Severity severity, std::optional<double> epss, bool is_exploited,
                FixState fix = FixState::not_fixed) {
  Finding f;
  f.id = f.rule = std::move(rule);
  f.title = f.rule;
  f.severity = severity;
  if (epss) f.epss = Epss{*epss, 0.5};
  f.is_known_exploited = is_exploited;
  f.fix_state = fix;
  return f;
}

std::string rules(const ScanReport& report, FindingOrder order) {
  std::vector<Folded> folded = fold_findings(report);
  sort_folded(folded, order);
  std::string text;
  for (const Folded& f : folded) text += f.finding->rule + " ";
  return text;
}

TEST(Actions, SortRowsAsAsked) {
  ScanReport report;
  for (const auto& [name, source] : {std::pair("liba", "zeta"), std::pair("libb", "alpha")}) {
    Package package;
    package.id = package.name = name;
    package.source_name = source;
    package.version = "1";
    report.packages.push_back(package);
  }
  report.findings = {
      finding("critical", Severity::critical, {}, false),
      finding("exploited", Severity::high, 0.0, true),
      finding("probable", Severity::high, 0.9, false),
      finding("fixable", Severity::high, 0.0, false, FixState::fixed),
      finding("quiet", Severity::high, 0.0, false),
  };
  for (Finding& f : report.findings) f.package_id = f.rule == "quiet" ? "libb" : "liba";
  Finding ended = finding("ended", Severity::high, {}, false);
  ended.kind = FindingKind::support;
  report.findings.push_back(ended);

  EXPECT_EQ(rules(report, FindingOrder::priority),
            "exploited probable critical fixable quiet ended ");
  EXPECT_EQ(rules(report, FindingOrder::severity),
            "critical quiet exploited fixable probable ended ")
      << "within one severity by source";
  EXPECT_EQ(rules(report, FindingOrder::epss), "probable quiet exploited fixable critical ended ")
      << "what nobody scored comes last";
  EXPECT_EQ(rules(report, FindingOrder::package),
            "quiet critical exploited fixable probable ended ");
}

}  // namespace
}  // namespace bulkhead::report
