#include "bulkhead/version/bitnami.h"

#include <algorithm>

#include "bulkhead/version/parts.h"
#include "bulkhead/version/semver_parts.h"

namespace bulkhead::version {
namespace {

/// The pieces of one version; views into it.
struct Pieces {
  std::string_view numbers;  // "9.1.0.2"
  std::string_view rest;     // "-rc1+build": as semver has it
  std::string_view build;    // Bitnami's
};

Pieces take_apart(std::string_view version) {
  Pieces pieces;
  if (version.starts_with('v')) version.remove_prefix(1);
  if (const std::size_t dash = version.rfind('-'); dash != std::string_view::npos) {
    const std::string_view tail = version.substr(dash + 1);
    if (!tail.empty() && std::ranges::all_of(tail, is_digit)) {
      pieces.build = tail;
      version = version.substr(0, dash);
    }
  }
  std::size_t end = 0;
  while (end < version.size() && (is_digit(version[end]) || version[end] == '.')) ++end;
  pieces.numbers = version.substr(0, end);
  pieces.rest = version.substr(end);
  return pieces;
}

std::string_view take_number(std::string_view& rest) {
  const std::string_view digits = take_digits(rest);
  if (rest.starts_with('.')) rest.remove_prefix(1);
  return digits;
}

/// "-rc1" as semver orders what precedes a release; text that is no such thing as bytes.
std::strong_ordering compare_rest(std::string_view a, std::string_view b) {
  std::string_view prerelease_a = a.substr(0, a.find('+'));
  std::string_view prerelease_b = b.substr(0, b.find('+'));
  const bool is_final_a = prerelease_a.empty();
  const bool is_final_b = prerelease_b.empty();
  if (is_final_a || is_final_b) return is_final_a <=> is_final_b;
  for (std::string_view* text : {&prerelease_a, &prerelease_b}) {
    if (text->starts_with('-')) text->remove_prefix(1);  // some leave it out: "1.0rc1"
  }
  return compare_prereleases(prerelease_a, prerelease_b);
}

}  // namespace

Result<void> check_bitnami(std::string_view version) {
  if (version.empty()) return refuse("bitnami", version, "it is empty");
  const auto is_taken = [](char c) { return is_alnum(c) || c == '.' || c == '+' || c == '-'; };
  if (const auto bad = std::ranges::find_if_not(version, is_taken); bad != version.end()) {
    return refuse("bitnami", version, "a character that no version has",
                  static_cast<std::size_t>(bad - version.begin()));
  }
  const Pieces pieces = take_apart(version);
  if (pieces.numbers.empty() || !is_digit(pieces.numbers.front())) {
    return refuse("bitnami", version, "it does not start with a number");
  }
  return {};
}

std::strong_ordering compare_bitnami(std::string_view a, std::string_view b) {
  Pieces left = take_apart(a);
  Pieces right = take_apart(b);
  while (!left.numbers.empty() || !right.numbers.empty()) {
    const auto order = compare_numbers(take_number(left.numbers), take_number(right.numbers));
    if (order != 0) return order;
  }
  if (const auto order = compare_rest(left.rest, right.rest); order != 0) return order;
  return compare_numbers(left.build, right.build);
}

}  // namespace bulkhead::version
