#include "bulkhead/policy/policy.h"

#include <algorithm>

namespace bulkhead::policy {
namespace {

bool is_shown(const Policy& policy, const Finding& finding) {
  const bool is_wanted_severity =
      policy.severities.empty() ||
      std::ranges::find(policy.severities, finding.severity) != policy.severities.end();
  if (!is_wanted_severity) return false;
  // Only a vulnerability has a fix to wait for; the end of support is shown whatever was asked.
  const bool is_unfixed =
      finding.kind == FindingKind::vulnerability && finding.fix_state != FixState::fixed;
  return !(policy.is_fixed_only && is_unfixed);
}

constexpr std::string_view kNoteCodes[] = {
    "expired-ignore",  "unused-ignore", "ignore-without-reason", "ignore-passed-over",
    "vex-passed-over", "unused-vex",    "incomplete-baseline"};

}  // namespace

void apply(const Policy& policy, ScanReport& report, std::int64_t now_unix_s, Notes& notes) {
  for (const Note& note : policy.notes) notes.add(note);
  const Subjects subjects(report);
  apply_ignores(policy.ignores, subjects, now_unix_s, report.findings, notes);
  if (!policy.vex.empty()) {
    apply_vex(policy.vex, subjects, ImageIdentity(report), report.findings, notes);
  }
  if (policy.baseline) apply_baseline(*policy.baseline, subjects, report.findings);
  apply_filters(policy, report.findings);
}

bool is_policy_note(const Note& note) {
  return std::ranges::find(kNoteCodes, note.code) != std::end(kNoteCodes);
}

void apply_filters(const Policy& policy, std::vector<Finding>& findings) {
  std::erase_if(findings, [&](const Finding& finding) { return !is_shown(policy, finding); });
}

bool is_failed(const Policy& policy, const std::vector<Finding>& findings) {
  if (!policy.fail_on) return false;
  return std::ranges::any_of(findings, [&](const Finding& finding) {
    if (finding.suppressed) return false;
    const Severity rank =
        finding.severity == Severity::unknown ? policy.unknown_as : finding.severity;
    return rank >= *policy.fail_on;
  });
}

}  // namespace bulkhead::policy
