#include "statement_text.h"

#include <fmt/format.h>

namespace bulkhead::app {

std::string affected_text(const AffectedPackage& affected) {
  std::string text;
  for (const VersionRange& range : affected.ranges) {
    const std::string_view fix = range.fixed.empty() ? range.last_affected : range.fixed;
    if (fix.empty()) continue;
    text +=
        fmt::format("{}{}{}", text.empty() ? "" : ", ", range.fixed.empty() ? "<= " : "< ", fix);
  }
  if (affected.status == AffectedStatus::not_affected) return "not affected";
  if (affected.status == AffectedStatus::undetermined) return "undetermined";
  if (!text.empty()) return text;
  return affected.versions.empty() ? "every version"
                                   : fmt::format("{} versions", affected.versions.size());
}

}  // namespace bulkhead::app
