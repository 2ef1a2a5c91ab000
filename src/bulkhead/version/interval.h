#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::version {

/// Where an interval of versions begins or ends.
struct IntervalEnd {
  std::string version;
  bool is_in = false;  // does the interval hold the version itself?
  bool operator==(const IntervalEnd&) const = default;
};

/// All versions between two ends; without an end it is open there.
struct Interval {
  std::optional<IntervalEnd> low = {};
  std::optional<IntervalEnd> high = {};
  bool operator==(const Interval&) const = default;
};

/// What a requirement says: the versions of any of the intervals. None at all is no version.
using Intervals = std::vector<Interval>;

/// Does one of the intervals hold `version`? Ends that the scheme refuses are compared all the
/// same.
/// @error malformed  The version is refused by the scheme.
Result<bool> is_in_intervals(const Scheme& scheme, std::span<const Interval> intervals,
                             std::string_view version);

/// What both hold. Takes time in proportion to the product of their sizes.
Intervals intersection(const Scheme& scheme, std::span<const Interval> a,
                       std::span<const Interval> b);

/// What none of them holds, from the lowest to the highest: of "patched in", "affected".
Intervals complement(const Scheme& scheme, Intervals intervals);

}  // namespace bulkhead::version
