#include "bulkhead/advisory/osv_ranges.h"

#include <algorithm>
#include <optional>

namespace bulkhead::advisory {
namespace {

using Kind = OsvEvent::Kind;

bool is_origin(std::string_view version) { return version == "0" || version.empty(); }

bool is_sortable(const std::vector<OsvEvent>& events, const version::Scheme& scheme) {
  return std::ranges::all_of(events, [&](const OsvEvent& event) {
    return is_origin(event.version) || event.version == "*" || scheme.check(event.version);
  });
}

bool is_less(const version::Scheme& scheme, std::string_view a, std::string_view b) {
  if (is_origin(a) || is_origin(b)) return is_origin(a) && !is_origin(b);
  return scheme.compare(a, b) < 0;
}

/// The highest limit, if there is one that limits.
std::optional<std::string> take_limit(std::vector<OsvEvent>& events,
                                      const version::Scheme* scheme) {
  std::optional<std::string> limit;
  bool is_unlimited = false;
  for (const OsvEvent& event : events) {
    if (event.kind != Kind::limit) continue;
    if (event.version == "*") is_unlimited = true;
    if (!limit || (scheme != nullptr && is_less(*scheme, *limit, event.version))) {
      limit = event.version;
    }
  }
  std::erase_if(events, [](const OsvEvent& event) { return event.kind == Kind::limit; });
  if (is_unlimited) return {};
  return limit;
}

/// The sweep over sorted events: affected from `introduced` to the next end.
std::vector<VersionRange> sweep(const std::vector<OsvEvent>& events) {
  std::vector<VersionRange> ranges;
  std::optional<std::string> open;
  for (const OsvEvent& event : events) {
    if (event.kind == Kind::introduced) {
      if (!open) open = event.version;
      continue;
    }
    if (!open) continue;
    VersionRange range{.introduced = *open};
    (event.kind == Kind::fixed ? range.fixed : range.last_affected) = event.version;
    ranges.push_back(std::move(range));
    open.reset();
  }
  if (open) ranges.push_back({.introduced = *open});
  return ranges;
}

/// Without an order of versions: each `introduced` goes with the end that is stored next to it,
/// whichever comes first.
std::vector<VersionRange> pair_up(const std::vector<OsvEvent>& events) {
  const bool starts_with_end = !events.empty() && events.front().kind != Kind::introduced;
  std::vector<OsvEvent> ordered = events;
  if (starts_with_end) std::ranges::reverse(ordered);
  return sweep(ordered);
}

void cut(std::vector<VersionRange>& ranges, const std::string& limit,
         const version::Scheme* scheme) {
  const auto reaches = [&](const std::string& version) {
    return scheme != nullptr && is_less(*scheme, limit, version);
  };
  std::erase_if(ranges, [&](const VersionRange& range) {
    return range.introduced == limit || reaches(range.introduced);
  });
  for (VersionRange& range : ranges) {
    const bool is_open = range.fixed.empty() && range.last_affected.empty();
    if (!is_open && !reaches(range.fixed) && range.last_affected != limit &&
        !reaches(range.last_affected)) {
      continue;
    }
    range.fixed = limit;
    range.last_affected.clear();
  }
}

}  // namespace

std::vector<VersionRange> ranges_of_events(std::vector<OsvEvent> events,
                                           const version::Scheme* scheme) {
  if (scheme != nullptr && !is_sortable(events, *scheme)) scheme = nullptr;
  const std::optional<std::string> limit = take_limit(events, scheme);
  std::vector<VersionRange> ranges;
  if (scheme != nullptr) {
    // Stable: "fixed 1.0, introduced 1.0" goes on at 1.0, "introduced 1.0, fixed 1.0" is empty.
    std::ranges::stable_sort(events, [&](const OsvEvent& a, const OsvEvent& b) {
      if (is_less(*scheme, a.version, b.version)) return true;
      if (is_less(*scheme, b.version, a.version)) return false;
      return a.kind == Kind::introduced && b.kind == Kind::last_affected;
    });
    ranges = sweep(events);
  } else {
    ranges = pair_up(events);
  }
  if (limit) cut(ranges, *limit, scheme);
  return ranges;
}

}  // namespace bulkhead::advisory
