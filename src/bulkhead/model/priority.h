#pragma once

#include <optional>
#include <string_view>

#include "bulkhead/model/finding.h"

namespace bulkhead {

/// How soon a finding should be looked at, 0 to 200: what is known to be exploited comes before
/// everything else, then how bad it is by how likely it is to be exploited, then whether there is
/// a fix to take.
///
///     priority = 100 if known to be exploited
///              + 90 x weight(severity) x (0.4 + 0.6 x chance)
///              + 10 if there is a fix
///     chance   = the square root of EPSS's score; 0.1 where nobody gave one
///
/// The root, because EPSS's scores lie close to 0: 1% is above the middle, 10% among the highest
/// twentieth. A finding that is less than certain counts 0.9 (likely) or 0.5 (possible) of the
/// second part.
/// docs/priority.md is the same for users.
double priority_of(const Finding& finding);

/// What rows of findings may be sorted by; within one worth, by what the report's order says.
enum class FindingOrder { priority, severity, epss, package };
/// "priority", "severity", "epss", "package".
std::optional<FindingOrder> parse_finding_order(std::string_view name);

}  // namespace bulkhead
