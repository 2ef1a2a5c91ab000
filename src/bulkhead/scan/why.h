#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/match/explain.h"
#include "bulkhead/scan/pipeline.h"

namespace bulkhead::scan {

enum class Answer { no_data, not_affected, fixed, vulnerable };
/// "no-data", "not-affected", "fixed", "vulnerable".
std::string_view answer_name(Answer answer);

/// What became of one installed package.
struct PackageAnswer {
  Answer answer = Answer::not_affected;
  std::size_t package = 0;             // in the report's list
  std::optional<std::size_t> finding;  // likewise; also one that is suppressed
  std::vector<match::Evidence> evidence;
};

struct WhyResult {
  std::string id;
  Answer answer = Answer::no_data;
  std::string because;                  // one sentence
  std::vector<PackageAnswer> packages;  // in the report's order
  ScanReport report;
};

/// The chain of evidence for a finding, or for its absence: scans as `scan` does, then asks the
/// same data what they say of `id` and each installed package.
/// @param id  A CVE, an advisory's id or alias (any letter case), or the id of a finding
///            ("RULE@PACKAGE"), which asks about that package alone; "os-release-ended" asks
///            about the support of the release.
/// @error (scan's)
Result<WhyResult> why(const ScanRequest& request, std::string_view id, const RunContext& context);

}  // namespace bulkhead::scan
