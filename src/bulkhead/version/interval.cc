#include "bulkhead/version/interval.h"

#include <algorithm>
#include <utility>

namespace bulkhead::version {
namespace {

/// The order of two lower ends: none is the lowest, and one that is in is below one that is not.
std::strong_ordering compare_lows(const Scheme& scheme, const std::optional<IntervalEnd>& a,
                                  const std::optional<IntervalEnd>& b) {
  if (!a || !b) return a.has_value() <=> b.has_value();
  const auto order = scheme.compare(a->version, b->version);
  return order != 0 ? order : b->is_in <=> a->is_in;
}

/// The order of two upper ends: none is the highest, and one that is in is above one that is not.
std::strong_ordering compare_highs(const Scheme& scheme, const std::optional<IntervalEnd>& a,
                                   const std::optional<IntervalEnd>& b) {
  if (!a || !b) return b.has_value() <=> a.has_value();
  const auto order = scheme.compare(a->version, b->version);
  return order != 0 ? order : a->is_in <=> b->is_in;
}

bool is_empty(const Scheme& scheme, const Interval& interval) {
  if (!interval.low || !interval.high) return false;
  const auto order = scheme.compare(interval.low->version, interval.high->version);
  if (order != 0) return order > 0;
  return !interval.low->is_in || !interval.high->is_in;
}

}  // namespace

Result<bool> is_in_intervals(const Scheme& scheme, std::span<const Interval> intervals,
                             std::string_view version) {
  BH_CHECK(scheme.check(version));
  return std::ranges::any_of(intervals, [&](const Interval& interval) {
    if (interval.low) {
      const auto order = scheme.compare(version, interval.low->version);
      if (order < 0 || (order == 0 && !interval.low->is_in)) return false;
    }
    if (interval.high) {
      const auto order = scheme.compare(version, interval.high->version);
      if (order > 0 || (order == 0 && !interval.high->is_in)) return false;
    }
    return true;
  });
}

Intervals intersection(const Scheme& scheme, std::span<const Interval> a,
                       std::span<const Interval> b) {
  Intervals result;
  for (const Interval& left : a) {
    for (const Interval& right : b) {
      Interval both{
          .low = compare_lows(scheme, left.low, right.low) < 0 ? right.low : left.low,
          .high = compare_highs(scheme, left.high, right.high) < 0 ? left.high : right.high};
      if (!is_empty(scheme, both)) result.push_back(std::move(both));
    }
  }
  return result;
}

Intervals complement(const Scheme& scheme, Intervals intervals) {
  std::erase_if(intervals, [&](const Interval& interval) { return is_empty(scheme, interval); });
  std::ranges::stable_sort(intervals, [&](const Interval& a, const Interval& b) {
    return compare_lows(scheme, a.low, b.low) < 0;
  });
  const auto turned = [](IntervalEnd end) {
    end.is_in = !end.is_in;
    return end;
  };
  Intervals result;
  std::optional<IntervalEnd> low;  // of the gap before the next interval
  for (const Interval& interval : intervals) {
    if (interval.low) {
      Interval gap{.low = low, .high = turned(*interval.low)};
      if (!is_empty(scheme, gap)) result.push_back(std::move(gap));
    }
    if (!interval.high) return result;
    const IntervalEnd next = turned(*interval.high);
    if (!low || compare_lows(scheme, low, next) < 0) low = next;
  }
  result.push_back({.low = low, .high = {}});
  return result;
}

}  // namespace bulkhead::version
