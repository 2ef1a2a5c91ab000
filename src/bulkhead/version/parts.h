#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"

// What every scheme's reader needs: runs of ASCII digits of any length, and a refusal.
namespace bulkhead::version {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

constexpr bool is_alnum(char c) { return is_digit(c) || is_letter(c); }

constexpr char to_lower_letter(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The order of two texts as bytes, without regard to the case of ASCII letters.
constexpr std::strong_ordering compare_without_case(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const auto order = static_cast<unsigned char>(to_lower_letter(a[i])) <=>
                       static_cast<unsigned char>(to_lower_letter(b[i]));
    if (order != 0) return order;
  }
  return a.size() <=> b.size();
}

/// Takes the run of characters that `is_of_run` says off the front of `rest`; may be none.
template <class Predicate>
constexpr std::string_view take_run(std::string_view& rest, Predicate is_of_run) {
  std::size_t length = 0;
  while (length < rest.size() && is_of_run(rest[length])) ++length;
  const std::string_view run = rest.substr(0, length);
  rest.remove_prefix(length);
  return run;
}

constexpr std::string_view take_digits(std::string_view& rest) { return take_run(rest, is_digit); }
constexpr std::string_view take_letters(std::string_view& rest) {
  return take_run(rest, is_letter);
}

constexpr std::string_view without_leading_zeros(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

/// The order of the numbers that two runs of digits spell. None at all is 0. No number is ever
/// built, so none can overflow.
constexpr std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  a = without_leading_zeros(a);
  b = without_leading_zeros(b);
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

/// "FORMAT version 'EXCERPT': WHY". A hostile version may be huge: only its start is shown.
std::unexpected<Error> refuse(std::string_view format, std::string_view version,
                              std::string_view why, std::size_t offset = 0);

}  // namespace bulkhead::version
