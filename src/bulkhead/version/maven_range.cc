#include <algorithm>
#include <string>
#include <utility>

#include "bulkhead/base/text.h"
#include "bulkhead/version/maven.h"
#include "bulkhead/version/parts.h"
#include "bulkhead/version/requirement.h"

namespace bulkhead::version {
namespace {

/// Reads what is between two brackets.
Result<Interval> parse_interval(std::string_view inner, bool is_low_in, bool is_high_in,
                                std::string_view text) {
  const auto offset = static_cast<std::size_t>(inner.data() - text.data());
  const std::size_t comma = inner.find(',');
  const std::string_view low = trim(inner.substr(0, comma));
  const bool is_one = comma == std::string_view::npos;
  const std::string_view high = is_one ? low : trim(inner.substr(comma + 1));
  if (is_one && (!is_low_in || !is_high_in)) {
    return refuse("maven range", text, "one version needs square brackets", offset);
  }
  Interval interval;
  for (const std::string_view end : {low, high}) {
    if ((is_one || !end.empty()) && !check_maven(end)) {
      return refuse("maven range", text, "an end is no version", offset);
    }
  }
  if (!low.empty()) interval.low = IntervalEnd{std::string(low), is_low_in};
  if (!high.empty()) interval.high = IntervalEnd{std::string(high), is_high_in};
  return interval;
}

}  // namespace

Result<Intervals> parse_maven_range(std::string_view text) {
  Intervals result;
  std::string_view rest = trim(text);
  do {
    const auto offset = static_cast<std::size_t>(rest.data() - text.data());
    if (!rest.starts_with('[') && !rest.starts_with('(')) {
      return refuse("maven range", text, "no interval in brackets", offset);
    }
    if (result.size() >= kMaxRequirementParts) {
      return refuse("maven range", text, "more intervals than are read", offset);
    }
    const std::size_t end = rest.find_first_of("])");
    if (end == std::string_view::npos) {
      return refuse("maven range", text, "a bracket is missing at its end", offset);
    }
    BH_TRY(Interval interval,
           parse_interval(rest.substr(1, end - 1), rest.front() == '[', rest[end] == ']', text));
    result.push_back(std::move(interval));
    rest = trim(rest.substr(end + 1));
    if (rest.empty()) return result;
    if (!rest.starts_with(',')) {
      return refuse("maven range", text, "no comma between two intervals",
                    static_cast<std::size_t>(rest.data() - text.data()));
    }
    rest = trim(rest.substr(1));
  } while (true);
}

}  // namespace bulkhead::version
