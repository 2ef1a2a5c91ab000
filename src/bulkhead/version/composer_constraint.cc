#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/base/text.h"
#include "bulkhead/version/packagist.h"
#include "bulkhead/version/parts.h"
#include "bulkhead/version/requirement.h"
#include "bulkhead/version/requirement_parts.h"

namespace bulkhead::version {
namespace {

constexpr std::size_t kNumbers = 4;

const Scheme& scheme() {
  static const Scheme* const found = find_scheme("packagist");
  return *found;
}

/// "1.2.*" or "1.2-beta": its numbers, and what follows them.
struct Numbers {
  std::array<std::string_view, kNumbers> numbers;
  std::size_t given = 0;
  std::string_view rest;
};

Numbers read_numbers(std::string_view text) {
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  Numbers result;
  result.rest = text;
  while (result.given < kNumbers) {
    std::string_view after = result.rest;
    if (result.given > 0) {
      if (!after.starts_with('.')) break;
      after.remove_prefix(1);
    }
    const std::string_view number = take_digits(after);
    if (number.empty()) break;
    result.numbers[result.given++] = number;
    result.rest = after;
  }
  return result;
}

/// The first `count` numbers, the last of them one higher, and the previews of that.
std::string next_after(const Numbers& numbers, std::size_t count) {
  std::string version;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) version += '.';
    const std::string_view number = i < numbers.given ? numbers.numbers[i] : "0";
    version += i + 1 == count ? next_number(number) : std::string(number);
  }
  return version + "-dev";
}

/// Does a version say its stability, so that nothing below it is meant?
bool has_stability(std::string_view version) {
  const std::size_t plus = version.find('+');
  const Numbers numbers = read_numbers(version.substr(0, plus));
  return std::ranges::any_of(numbers.rest, is_letter);
}

/// The version with its previews, unless it says which of them.
std::string start_of(std::string_view version) {
  std::string start(version.substr(0, version.find('+')));
  if (!has_stability(version) && !is_packagist_branch(version)) {
    while (!start.empty() && !is_alnum(start.back())) start.pop_back();
    start += "-dev";
  }
  return start;
}

Interval from_to(std::string low, std::string high) {
  return {.low = IntervalEnd{std::move(low), true}, .high = IntervalEnd{std::move(high), false}};
}

bool is_wild(std::string_view text) { return text == "x" || text == "X" || text == "*"; }

/// The intervals of "1.2.*", "*" and the like; nothing where it is none.
std::optional<Intervals> wildcard(std::string_view part) {
  std::string_view rest = part;
  if (rest.starts_with('v') || rest.starts_with('V')) rest.remove_prefix(1);
  const Numbers numbers = read_numbers(rest);
  std::string_view wild = numbers.given == 0 ? rest : numbers.rest;
  if (numbers.given == kNumbers || wild.empty()) return {};
  for (bool is_first = numbers.given == 0; !wild.empty(); is_first = false) {
    if (!is_first && !wild.starts_with('.')) return {};
    if (!is_first) wild.remove_prefix(1);
    if (!is_wild(wild.substr(0, 1))) return {};
    wild.remove_prefix(1);
  }
  if (numbers.given == 0) return Intervals{Interval{}};
  std::string low;
  for (std::size_t i = 0; i < numbers.given; ++i) {
    low += i == 0 ? "" : ".";
    low += numbers.numbers[i];
  }
  return Intervals{from_to(low + "-dev", next_after(numbers, numbers.given))};
}

std::size_t tilde_position(const Numbers& numbers) {
  return std::max<std::size_t>(numbers.given, 2) - 1;
}

std::size_t caret_position(const Numbers& numbers) {
  std::size_t position = 1;
  while (position < 3 && position < numbers.given && numbers.numbers[position - 1] == "0") {
    ++position;
  }
  return position;
}

/// "1.0 - 2.0": the end holds all that begins with it, unless it is a whole version.
Result<Intervals> hyphen(std::string_view low, std::string_view high) {
  BH_CHECK(check_packagist(low));
  BH_CHECK(check_packagist(high));
  const Numbers last = read_numbers(high);
  if (last.given >= 3 || has_stability(high)) {
    return Intervals{
        {.low = IntervalEnd{start_of(low), true}, .high = IntervalEnd{std::string(high), true}}};
  }
  return Intervals{from_to(start_of(low), next_after(last, last.given))};
}

/// One operator and version, without spaces around it.
Result<Intervals> parse_part(std::string_view part) {
  if (auto wild = wildcard(part)) return std::move(*wild);
  if (part.starts_with('~') || part.starts_with('^')) {
    const std::string_view version = part.substr(1);
    BH_CHECK(check_packagist(version));
    const Numbers numbers = read_numbers(version);
    if (numbers.given == 0) return refuse("packagist", part, "a branch has no next version");
    const std::size_t position =
        part.starts_with('~') ? tilde_position(numbers) : caret_position(numbers);
    return Intervals{from_to(start_of(version), next_after(numbers, position))};
  }
  constexpr std::array<std::string_view, 8> kOperators = {
      "!=", "<>", ">=", "<=", "==", "=", "<", ">"};
  const auto* const found = std::ranges::find_if(
      kOperators, [&](std::string_view candidate) { return part.starts_with(candidate); });
  const bool has_operator = found != kOperators.end();
  std::string_view op = has_operator ? *found : "=";
  if (has_operator) part.remove_prefix(op.size());
  const std::string_view version = trim(part);
  BH_CHECK(check_packagist(version));
  if (op == "<>") op = "!=";
  if (op == "==") op = "=";
  return intervals_of(op, op == "<" || op == ">=" ? start_of(version) : std::string(version));
}

/// Takes an operator, what spaces follow it, and a version off `rest`.
std::string_view take_part(std::string_view& rest) {
  const std::string_view start = rest;
  take_run(rest, [](char c) { return std::string_view("!<>=~^").contains(c); });
  take_run(rest, [](char c) { return c == ' '; });
  take_run(rest, [](char c) { return c != ' ' && c != ','; });
  return start.substr(0, start.size() - rest.size());
}

/// Parts with spaces or commas between them, all of which must hold.
Result<Intervals> parse_all(std::string_view group, std::size_t& parts) {
  Intervals result = {Interval{}};
  std::string_view rest = trim(group);
  do {
    if (++parts > kMaxRequirementParts) return refuse("packagist", group, "too many parts");
    const std::string_view part = take_part(rest);
    take_run(rest, [](char c) { return c == ' '; });
    if (rest.starts_with("- ")) {
      rest = trim(rest.substr(2));
      BH_TRY(const Intervals range, hyphen(part, take_part(rest)));
      result = intersection(scheme(), result, range);
    } else {
      BH_TRY(const Intervals one, parse_part(part));
      result = intersection(scheme(), result, one);
    }
    take_run(rest, [](char c) { return c == ' '; });
    const bool has_comma = rest.starts_with(',');
    if (has_comma) rest = trim(rest.substr(1));
    if (has_comma && rest.empty()) return refuse("packagist", group, "nothing after a comma");
  } while (!rest.empty());
  return result;
}

}  // namespace

Result<Intervals> parse_composer_constraint(std::string_view text) {
  Intervals result;
  std::size_t parts = 0;
  for (std::string_view rest = text;;) {
    const std::size_t bar = std::min(rest.find('|'), rest.size());
    BH_TRY(Intervals group, parse_all(rest.substr(0, bar), parts));
    std::ranges::move(group, std::back_inserter(result));
    if (bar == rest.size()) return result;
    rest.remove_prefix(bar + 1);
    if (rest.starts_with('|')) rest.remove_prefix(1);
  }
}

Result<bool> is_in_composer_constraint(std::span<const Interval> intervals,
                                       std::string_view version) {
  if (!is_packagist_branch(version)) return is_in_intervals(scheme(), intervals, version);
  return std::ranges::any_of(intervals, [&](const Interval& interval) {
    if (!interval.low && !interval.high) return true;
    return interval.low && interval.high && interval.low == interval.high &&
           is_packagist_branch(interval.low->version) &&
           compare_packagist(interval.low->version, version) == 0;
  });
}

}  // namespace bulkhead::version
