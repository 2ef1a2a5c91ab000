#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "bulkhead/model/report.h"
#include "bulkhead/report/writer.h"

namespace bulkhead::report {

/// One vulnerability of one source version: the findings of its binary packages, folded. Points
/// into the report.
struct Folded {
  const Finding* finding = nullptr;        // the first of them
  std::vector<const Package*> packages{};  // of all of them; empty for a finding of no package

  std::string_view source() const {
    return packages.empty() ? std::string_view() : packages.front()->match_name();
  }
  std::string_view installed() const {
    return packages.empty() ? std::string_view() : packages.front()->match_version();
  }
};

/// The findings that count (none that is suppressed), sorted by (kind, severity downwards, source,
/// installed version, rule).
std::vector<Folded> fold_findings(const ScanReport& report);

/// Sorts by kind, then as `order` says; what is of one worth stays in the order above.
void sort_folded(std::vector<Folded>& folded, FindingOrder order);

/// The suppressed ones, in the same order; those that different entries suppressed lie apart.
std::vector<Folded> fold_suppressed(const ScanReport& report);

/// How many of each severity, the index being the severity's value.
using SeverityCounts = std::array<std::uint64_t, 6>;
SeverityCounts count_severities(const std::vector<Folded>& folded);

/// One upgrade and what it clears.
struct Action {
  const Package* package = nullptr;  // one of the source's
  std::string_view fixed_version;
  std::vector<Folded> cleared{};
  std::vector<std::uint32_t> layers{};  // that brought the packages, lowest first
};

/// The upgrades that clear most, those first. With `order`, one a source version, to the highest
/// fix; without it, each fix is an upgrade of its own.
std::vector<Action> find_actions(const std::vector<Folded>& folded, VersionOrder order);

}  // namespace bulkhead::report
