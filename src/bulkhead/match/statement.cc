#include "bulkhead/match/statement.h"

#include <algorithm>

#include "bulkhead/version/range.h"

namespace bulkhead::match {
namespace {

bool is_open(const VersionRange& range) {
  return (range.introduced.empty() || range.introduced == "0") && range.fixed.empty() &&
         range.last_affected.empty();
}

/// Is `version` one of `names`, in whatever spelling? Names that the scheme refuses (a list may
/// hold versions of an older scheme) are compared as text.
bool is_named(const version::Scheme& scheme, const std::vector<std::string>& names,
              std::string_view version) {
  if (std::ranges::find(names, version) != names.end()) return true;
  if (!scheme.check(version)) return false;
  return std::ranges::any_of(names, [&](const std::string& name) {
    return scheme.check(name) && scheme.compare(name, version) == 0;
  });
}

/// The lowest fix above `version`; empty where there is none.
std::string next_fix(const version::Scheme& scheme, const std::vector<VersionRange>& ranges,
                     std::string_view version) {
  std::string lowest;
  for (const VersionRange& range : ranges) {
    if (range.fixed.empty()) continue;
    const bool is_above = scheme.compare(range.fixed, version) > 0;
    if (is_above && (lowest.empty() || scheme.compare(range.fixed, lowest) < 0)) {
      lowest = range.fixed;
    }
  }
  return lowest;
}

}  // namespace

Result<Verdict> judge(const version::Scheme& scheme, const AffectedPackage& affected,
                      std::string_view version) {
  if (affected.ranges.empty() && affected.versions.empty()) {
    return Verdict{affected.status != AffectedStatus::affected, {}, {}};
  }
  Verdict verdict;
  for (const VersionRange& range : affected.ranges) {
    if (is_open(range)) {
      verdict.is_about = true;
      continue;
    }
    const version::RangeView ends{range.introduced, range.fixed, range.last_affected};
    BH_TRY(const bool is_inside, version::is_in_range(scheme, ends, version));
    if (auto checked = version::check_range(scheme, ends); !checked && !verdict.doubt) {
      verdict.doubt = std::move(checked).error();
    }
    if (!is_inside) continue;
    verdict.is_about = true;
    if (!range.fixed.empty() &&
        (verdict.fixed_version.empty() || scheme.compare(range.fixed, verdict.fixed_version) > 0)) {
      verdict.fixed_version = range.fixed;
    }
  }
  if (!verdict.is_about && is_named(scheme, affected.versions, version)) {
    verdict.is_about = true;
    verdict.fixed_version = next_fix(scheme, affected.ranges, version);
  }
  return verdict;
}

}  // namespace bulkhead::match
