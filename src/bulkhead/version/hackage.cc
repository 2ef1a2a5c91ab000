#include "bulkhead/version/hackage.h"

#include <algorithm>

#include "bulkhead/version/parts.h"
#include "bulkhead/version/semver_parts.h"

namespace bulkhead::version {

Result<void> check_hackage(std::string_view version) {
  if (version.empty()) return refuse("hackage", version, "it is empty");
  if (version.ends_with('.')) return refuse("hackage", version, "a number is missing at its end");
  for (std::string_view rest = version; !rest.empty();) {
    const std::string_view number = take_identifier(rest);
    if (number.empty() || !std::ranges::all_of(number, is_digit)) {
      return refuse("hackage", version, "not numbers with '.' between them");
    }
    if (number.size() > 1 && number.front() == '0') {
      return refuse("hackage", version, "a number starts with 0");
    }
  }
  return {};
}

std::strong_ordering compare_hackage(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const auto order = compare_numbers(take_identifier(a), take_identifier(b));
    if (order != 0) return order;
  }
  return b.empty() <=> a.empty();
}

}  // namespace bulkhead::version
