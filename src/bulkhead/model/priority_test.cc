#include "bulkhead/model/priority.h"

#include <gtest/gtest.h>

namespace bulkhead {
namespace {

Finding finding(Severity severity, std::optional<double> epss = {}, bool is_exploited = false,
                FixState fix = FixState::not_fixed, Confidence confidence = Confidence::certain) {
  Finding f;
  f.severity = severity;
  if (epss) f.epss = Epss{*epss, 0.5};
  f.is_known_exploited = is_exploited;
  f.fix_state = fix;
  f.confidence = confidence;
  return f;
}

TEST(Priority, FollowsTheFormula) {
  struct Row {
    Finding given;
    double want;
    std::string_view why;
  };
  const Row rows[] = {
      {finding(Severity::critical, 1.0, true, FixState::fixed), 200, "the most there is"},
      {finding(Severity::critical, 1.0), 90, "all but exploitation and a fix"},
      {finding(Severity::critical, 0.0), 36, "never exploited"},
      {finding(Severity::critical), 41.4, "no score"},
      {finding(Severity::critical, 0.25), 63, "the root of the score"},
      {finding(Severity::high, 1.0), 67.5, "high"},
      {finding(Severity::medium, 1.0), 40.5, "medium"},
      {finding(Severity::unknown, 1.0), 40.5, "not rated: as medium"},
      {finding(Severity::low, 1.0), 18, "low"},
      {finding(Severity::negligible, 1.0), 4.5, "negligible"},
      {finding(Severity::negligible, 1.0, false, FixState::fixed), 14.5, "a fix"},
      {finding(Severity::negligible, 1.0, false, FixState::will_not_fix), 4.5, "no fix to come"},
      {finding(Severity::critical, 1.0, false, FixState::not_fixed, Confidence::likely), 81,
       "likely"},
      {finding(Severity::critical, 1.0, false, FixState::not_fixed, Confidence::possible), 45,
       "possible"},
      {finding(Severity::critical, 7.0), 90, "a score that is none"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    EXPECT_NEAR(priority_of(row.given), row.want, 1e-9);
  }
}

TEST(Priority, PutsWhatIsExploitedFirst) {
  const Finding worst_other = finding(Severity::critical, 1.0, false, FixState::fixed);
  EXPECT_GT(priority_of(finding(Severity::high, 0.0, true)), priority_of(worst_other))
      << "known exploitation makes a finding at least high";
}

TEST(Priority, NamesItsOrders) {
  EXPECT_EQ(parse_finding_order("priority"), FindingOrder::priority);
  EXPECT_EQ(parse_finding_order("severity"), FindingOrder::severity);
  EXPECT_EQ(parse_finding_order("epss"), FindingOrder::epss);
  EXPECT_EQ(parse_finding_order("package"), FindingOrder::package);
  EXPECT_EQ(parse_finding_order("age"), std::nullopt);
}

}  // namespace
}  // namespace bulkhead
