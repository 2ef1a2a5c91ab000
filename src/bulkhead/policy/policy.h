#pragma once

#include <optional>
#include <vector>

#include "bulkhead/model/finding.h"
#include "bulkhead/model/severity.h"

namespace bulkhead::policy {

/// What the user wants to see and to fail on.
struct Policy {
  std::vector<Severity> severities = {};   // shown ones; empty: all
  bool is_fixed_only = false;              // --ignore-unfixed
  std::optional<Severity> fail_on = {};    // nothing: never fail
  Severity unknown_as = Severity::medium;  // how --fail-on ranks `unknown`
};

/// Removes the findings that the policy does not show.
void apply_filters(const Policy& policy, std::vector<Finding>& findings);

/// Is there a finding at or above `fail_on`?
bool is_failed(const Policy& policy, const std::vector<Finding>& findings);

}  // namespace bulkhead::policy
