#include "bulkhead/policy/policy.h"

#include <string>

#include <gtest/gtest.h>

namespace bulkhead::policy {
namespace {

Finding finding(std::string rule, Severity severity, FixState state,
                FindingKind kind = FindingKind::vulnerability) {
  Finding f;
  f.rule = std::move(rule);
  f.kind = kind;
  f.severity = severity;
  f.fix_state = state;
  return f;
}

std::vector<Finding> sample() {
  return {finding("A", Severity::critical, FixState::fixed),
          finding("B", Severity::high, FixState::not_fixed),
          finding("C", Severity::medium, FixState::will_not_fix),
          finding("D", Severity::unknown, FixState::fixed),
          finding("E", Severity::negligible, FixState::unknown),
          finding("S", Severity::high, FixState::unknown, FindingKind::support)};
}

struct FilterRow {
  Policy policy;
  std::string want;  // rules in order
  std::string_view why;
};

TEST(Policy, FiltersBySeverityAndFix) {
  const FilterRow rows[] = {
      {{}, "ABCDES", "an empty policy shows all, in the same order"},
      {{.severities = {Severity::high}}, "BS", "one severity"},
      {{.severities = {Severity::unknown, Severity::critical}}, "AD", "unknown is asked by name"},
      {{.severities = {}, .is_fixed_only = true}, "ADS", "no fix: hidden, but support is no fault"},
      {{.severities = {Severity::high}, .is_fixed_only = true}, "S", "both hold together"},
      {{.severities = {Severity::low}}, "", "nothing is left"},
  };
  for (const FilterRow& row : rows) {
    SCOPED_TRACE(row.why);
    std::vector<Finding> findings = sample();
    apply_filters(row.policy, findings);
    std::string rules;
    for (const Finding& f : findings) rules += f.rule;
    EXPECT_EQ(rules, row.want);
  }
}

struct FailRow {
  std::optional<Severity> fail_on;
  Severity unknown_as;
  Severity worst;
  bool want;
  std::string_view why;
};

TEST(Policy, FailsAtOrAboveTheAskedSeverity) {
  const FailRow rows[] = {
      {std::nullopt, Severity::critical, Severity::critical, false, "nothing asked: never"},
      {Severity::high, Severity::medium, Severity::high, true, "at"},
      {Severity::high, Severity::medium, Severity::critical, true, "above"},
      {Severity::high, Severity::medium, Severity::medium, false, "below"},
      {Severity::medium, Severity::medium, Severity::unknown, true, "unknown ranks as medium"},
      {Severity::high, Severity::medium, Severity::unknown, false, "and not higher"},
      {Severity::high, Severity::critical, Severity::unknown, true, "unless asked to"},
      {Severity::low, Severity::negligible, Severity::unknown, false, "or lower"},
      {Severity::negligible, Severity::medium, Severity::negligible, true, "the lowest of all"},
  };
  for (const FailRow& row : rows) {
    SCOPED_TRACE(row.why);
    const Policy policy{.fail_on = row.fail_on, .unknown_as = row.unknown_as};
    EXPECT_EQ(is_failed(policy, {finding("A", row.worst, FixState::unknown)}), row.want);
  }
  EXPECT_FALSE(is_failed({.fail_on = Severity::negligible}, {}));
  Finding suppressed = finding("A", Severity::critical, FixState::unknown);
  suppressed.suppressed = Suppression{"a:1"};
  EXPECT_FALSE(is_failed({.fail_on = Severity::negligible}, {suppressed}));
}

}  // namespace
}  // namespace bulkhead::policy
