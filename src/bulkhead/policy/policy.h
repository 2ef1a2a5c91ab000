#pragma once

#include <optional>
#include <vector>

#include "bulkhead/model/note.h"
#include "bulkhead/model/report.h"
#include "bulkhead/model/severity.h"
#include "bulkhead/policy/baseline.h"
#include "bulkhead/policy/ignore.h"
#include "bulkhead/policy/vex.h"

namespace bulkhead::policy {

/// What the user wants to see, to fail on, and not to count.
struct Policy {
  std::vector<Severity> severities = {};   // shown ones; empty: all
  bool is_fixed_only = false;              // --ignore-unfixed
  std::optional<Severity> fail_on = {};    // nothing: never fail
  Severity unknown_as = Severity::medium;  // how --fail-on ranks `unknown`
  std::vector<IgnoreEntry> ignores = {};   // in the order in which they are asked
  std::vector<VexDocument> vex = {};
  std::optional<Baseline> baseline = {};
  std::vector<Note> notes = {};  // on the files that the above came from
};

/// Marks what does not count: by the first ignore entry that holds, else by VEX, else by the
/// baseline. Then removes the findings that the policy does not show. What is odd about the user's
/// files is noted.
void apply(const Policy& policy, ScanReport& report, std::int64_t now_unix_s, Notes& notes);

/// Removes the findings that the policy does not show.
void apply_filters(const Policy& policy, std::vector<Finding>& findings);

/// Is `note` about the user's ignore files, VEX documents or baseline? Such a note says nothing
/// about the target, so --strict passes over it.
bool is_policy_note(const Note& note);

/// Is there a finding at or above `fail_on` that is not suppressed?
bool is_failed(const Policy& policy, const std::vector<Finding>& findings);

}  // namespace bulkhead::policy
