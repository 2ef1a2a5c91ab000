#include "bulkhead/version/pypi.h"

#include <array>
#include <optional>

#include "bulkhead/base/text.h"
#include "bulkhead/version/parts.h"

namespace bulkhead::version {
namespace {

/// In the order in which they come.
enum class Stage { dev_only, alpha, beta, rc, none };

struct Word {
  std::string_view text;  // in lower case
  Stage stage;
};

constexpr std::array<Word, 8> kStages = {{{"alpha", Stage::alpha},
                                          {"a", Stage::alpha},
                                          {"beta", Stage::beta},
                                          {"b", Stage::beta},
                                          {"c", Stage::rc},
                                          {"rc", Stage::rc},
                                          {"preview", Stage::rc},
                                          {"pre", Stage::rc}}};
constexpr std::array<std::string_view, 3> kPostWords = {"post", "rev", "r"};

/// The pieces of one version; views into it. A number that is left out is empty, and 0.
struct Pieces {
  std::string_view epoch;
  std::string_view release;  // "1.2.0"
  Stage stage = Stage::none;
  std::string_view stage_number;
  std::optional<std::string_view> post;
  std::optional<std::string_view> dev;
  std::optional<std::string_view> local;
  std::string_view rest;  // what fits nowhere
};

bool is_separator(char c) { return c == '.' || c == '-' || c == '_'; }

std::string_view without_separator(std::string_view text) {
  if (!text.empty() && is_separator(text.front())) text.remove_prefix(1);
  return text;
}

/// Takes "[SEPARATOR]WORD[SEPARATOR][NUMBER]" off `rest` and gives the number, where it begins so.
std::optional<std::string_view> take_marker(std::string_view& rest, std::string_view word) {
  std::string_view text = without_separator(rest);
  if (compare_without_case(text.substr(0, word.size()), word) != 0) return {};
  text = without_separator(text.substr(word.size()));
  const std::string_view number = take_digits(text);
  rest = text;
  return number;
}

void take_stage(std::string_view& rest, Pieces& pieces) {
  for (const Word& word : kStages) {
    const auto number = take_marker(rest, word.text);
    if (!number) continue;
    pieces.stage = word.stage;
    pieces.stage_number = *number;
    return;
  }
}

void take_post(std::string_view& rest, Pieces& pieces) {
  if (rest.starts_with('-')) {  // "1.0-1"
    std::string_view text = rest.substr(1);
    if (const std::string_view number = take_digits(text); !number.empty()) {
      pieces.post = number;
      rest = text;
      return;
    }
  }
  for (const std::string_view word : kPostWords) {
    if (!pieces.post) pieces.post = take_marker(rest, word);
  }
}

/// Takes "1.2.0" off `rest`; a "." that no digit follows stays.
std::string_view take_release(std::string_view& rest) {
  const std::string_view start = rest;
  if (take_digits(rest).empty()) return {};
  while (rest.size() > 1 && rest[0] == '.' && is_digit(rest[1])) {
    rest.remove_prefix(1);
    take_digits(rest);
  }
  return start.substr(0, start.size() - rest.size());
}

Pieces take_apart(std::string_view version) {
  Pieces pieces;
  std::string_view rest = trim(version);
  if (!rest.empty() && to_lower_letter(rest.front()) == 'v') rest.remove_prefix(1);
  std::string_view after_epoch = rest;
  const std::string_view epoch = take_digits(after_epoch);
  if (!epoch.empty() && after_epoch.starts_with('!')) {
    pieces.epoch = epoch;
    rest = after_epoch.substr(1);
  }
  pieces.release = take_release(rest);
  take_stage(rest, pieces);
  take_post(rest, pieces);
  pieces.dev = take_marker(rest, "dev");
  if (rest.starts_with('+')) {
    pieces.local = rest.substr(1);
    rest = {};
  }
  if (pieces.stage == Stage::none && !pieces.post && pieces.dev) pieces.stage = Stage::dev_only;
  pieces.rest = rest;
  return pieces;
}

/// "1.2.0" without ".0" at its end.
std::string_view without_trailing_zeros(std::string_view release) {
  const std::size_t last = release.find_last_not_of("0.");
  if (last == std::string_view::npos) return {};
  // "10.0" ends in its own digit 0.
  const std::size_t end = release.find('.', last);
  return release.substr(0, end);
}

std::string_view take_part(std::string_view& rest) {
  const std::string_view part = take_run(rest, [](char c) { return !is_separator(c); });
  if (!rest.empty()) rest.remove_prefix(1);
  return part;
}

std::strong_ordering compare_releases(std::string_view a, std::string_view b) {
  a = without_trailing_zeros(a);
  b = without_trailing_zeros(b);
  while (!a.empty() && !b.empty()) {
    const auto order = compare_numbers(take_part(a), take_part(b));
    if (order != 0) return order;
  }
  return b.empty() <=> a.empty();
}

/// Numbers are after words, more parts after less.
std::strong_ordering compare_locals(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view left = take_part(a);
    const std::string_view right = take_part(b);
    const bool left_is_number = std::ranges::all_of(left, is_digit);
    const bool right_is_number = std::ranges::all_of(right, is_digit);
    if (left_is_number != right_is_number) return left_is_number <=> right_is_number;
    const auto order =
        left_is_number ? compare_numbers(left, right) : compare_without_case(left, right);
    if (order != 0) return order;
  }
  return b.empty() <=> a.empty();
}

bool is_local(std::string_view text) {
  bool is_after_separator = true;
  for (const char c : text) {
    if (is_separator(c) ? is_after_separator : !is_alnum(c)) return false;
    is_after_separator = is_separator(c);
  }
  return !is_after_separator;
}

}  // namespace

Result<void> check_pypi(std::string_view version) {
  const Pieces pieces = take_apart(version);
  if (pieces.release.empty()) return refuse("pypi", version, "it begins with no number");
  if (!pieces.rest.empty()) {
    return refuse("pypi", version, "it is not as PEP 440 has it",
                  static_cast<std::size_t>(pieces.rest.data() - version.data()));
  }
  if (pieces.local && !is_local(*pieces.local)) {
    return refuse("pypi", version, "the local version is not as PEP 440 has it");
  }
  return {};
}

std::strong_ordering compare_pypi(std::string_view a, std::string_view b) {
  const Pieces left = take_apart(a);
  const Pieces right = take_apart(b);
  if (const auto order = compare_numbers(left.epoch, right.epoch); order != 0) return order;
  if (const auto order = compare_releases(left.release, right.release); order != 0) return order;
  if (left.stage != right.stage) return left.stage <=> right.stage;
  if (const auto order = compare_numbers(left.stage_number, right.stage_number); order != 0) {
    return order;
  }
  // No post release is before all of them, no dev release after all of them.
  if (left.post.has_value() != right.post.has_value()) {
    return left.post.has_value() <=> right.post.has_value();
  }
  if (const auto order = compare_numbers(left.post.value_or(""), right.post.value_or(""));
      order != 0) {
    return order;
  }
  if (left.dev.has_value() != right.dev.has_value()) {
    return right.dev.has_value() <=> left.dev.has_value();
  }
  if (const auto order = compare_numbers(left.dev.value_or(""), right.dev.value_or(""));
      order != 0) {
    return order;
  }
  if (left.local.has_value() != right.local.has_value()) {
    return left.local.has_value() <=> right.local.has_value();
  }
  return compare_locals(left.local.value_or(""), right.local.value_or(""));
}

}  // namespace bulkhead::version
