#pragma once

#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::version {

/// The end points of one range: introduced <= v, and v < fixed or v <= last_affected (where both
/// are given, both must hold). An `introduced` of "0" or "" is before every version; empty ends
/// leave the range open.
struct RangeView {
  std::string_view introduced;
  std::string_view fixed;
  std::string_view last_affected;
};

/// Does `range` hold `version`?
/// @error malformed  An end point or the version itself is refused by the scheme; end points are
///                   looked at even where another one has already decided.
/// @see OSV schema 1.7, "affected[].ranges[].events" and "Evaluation".
Result<bool> is_in_range(const Scheme& scheme, const RangeView& range, std::string_view version);

}  // namespace bulkhead::version
