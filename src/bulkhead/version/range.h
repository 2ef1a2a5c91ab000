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

/// Does the scheme take all end points? Where not, is_in_range is as good as it can be.
/// @error malformed  The first one that is refused.
Result<void> check_range(const Scheme& scheme, const RangeView& range);

/// Does `range` hold `version`? End points that the scheme refuses are compared all the same, for
/// advisory data have slips of the pen ("2.7.16-33") and nobody is helped by passing them over.
/// @error malformed  The version is refused by the scheme.
/// @see OSV schema 1.7, "affected[].ranges[].events" and "Evaluation".
Result<bool> is_in_range(const Scheme& scheme, const RangeView& range, std::string_view version);

}  // namespace bulkhead::version
