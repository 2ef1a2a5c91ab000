#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/model/note.h"
#include "bulkhead/policy/subject.h"

namespace bulkhead::policy {

/// What an earlier report had found.
///
/// A finding is known where the earlier report has the same vulnerability in a package of the same
/// type, namespace and name: its version may have changed, and so may the qualifiers of its purl
/// (the system's release). The vulnerability is the same by its own id, or where either side's own
/// id is an alias of the other (an advisory that got its CVE). A finding of no package is known by
/// its kind and rule. What the earlier report had suppressed by an ignore entry or VEX was
/// not accepted for good: it is not known. What was in that report's own baseline is.
struct Baseline {
  std::string name;  // the report's file
  /// "deb/debian/curl" (empty: no package) and the ids, each in lower case.
  std::unordered_map<std::string, std::unordered_set<std::string>> rules = {};
  std::unordered_map<std::string, std::unordered_set<std::string>> aliases = {};
  std::vector<Note> notes = {};
};

/// Reads a JSON report ("bulkhead.report/1").
/// @error malformed, unsupported, limit_exceeded  `where` is `name`.
Result<Baseline> parse_baseline(std::string_view text, std::string_view name);

/// Marks the known findings as suppressed, unless something did before.
void apply_baseline(const Baseline& baseline, const Subjects& subjects,
                    std::vector<Finding>& findings);

}  // namespace bulkhead::policy
