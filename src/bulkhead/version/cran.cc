#include "bulkhead/version/cran.h"

#include "bulkhead/version/parts.h"

namespace bulkhead::version {
namespace {

bool is_separator(char c) { return c == '.' || c == '-'; }

/// Takes a number and the separator after it off `rest`.
std::string_view take_number(std::string_view& rest) {
  const std::string_view number = take_run(rest, [](char c) { return !is_separator(c); });
  if (!rest.empty()) rest.remove_prefix(1);
  return number;
}

}  // namespace

Result<void> check_cran(std::string_view version) {
  if (version.empty()) return refuse("cran", version, "it is empty");
  bool is_after_digit = false;
  for (std::size_t i = 0; i < version.size(); ++i) {
    const char c = version[i];
    if (is_digit(c)) {
      is_after_digit = true;
    } else if (is_separator(c) && is_after_digit) {
      is_after_digit = false;
    } else {
      return refuse("cran", version, "not numbers with '.' or '-' between them", i);
    }
  }
  if (!is_after_digit) return refuse("cran", version, "a number is missing at its end");
  return {};
}

std::strong_ordering compare_cran(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const auto order = compare_numbers(take_number(a), take_number(b));
    if (order != 0) return order;
  }
  return b.empty() <=> a.empty();
}

}  // namespace bulkhead::version
