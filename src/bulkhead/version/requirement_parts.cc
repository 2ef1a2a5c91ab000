#include "bulkhead/version/requirement_parts.h"

#include <utility>

namespace bulkhead::version {

Intervals intervals_of(std::string_view op, std::string version) {
  if (op == "!=") {
    return {{.low = {}, .high = IntervalEnd{version, false}},
            {.low = IntervalEnd{std::move(version), false}, .high = {}}};
  }
  const bool is_in = op != "<" && op != ">";
  Interval interval;
  if (!op.starts_with('<')) interval.low = IntervalEnd{version, is_in};
  if (!op.starts_with('>')) interval.high = IntervalEnd{std::move(version), is_in};
  return {std::move(interval)};
}

std::string next_number(std::string_view digits) {
  std::string next(digits);
  for (std::size_t i = next.size(); i-- > 0;) {
    if (next[i] != '9') {
      ++next[i];
      return next;
    }
    next[i] = '0';
  }
  return "1" + next;
}

}  // namespace bulkhead::version
