#include "bulkhead/version/npm_range.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "bulkhead/version/npm.h"
#include "bulkhead/version/parts.h"
#include "bulkhead/version/requirement_parts.h"

namespace bulkhead::version {
namespace {

constexpr std::size_t kMaxNumbers = 3;  // major, minor, patch

/// A version of which the last numbers may be left out or "x".
struct Partial {
  std::array<std::string_view, kMaxNumbers> numbers;
  std::size_t given = 0;        // numbers before the first that is none
  std::string_view prerelease;  // without its dash; counts where all numbers are given
};

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_wild(std::string_view number) { return number == "x" || number == "X" || number == "*"; }

std::string_view take_number_or_wild(std::string_view& rest) {
  if (!rest.empty() && is_wild(rest.substr(0, 1))) {
    const std::string_view wild = rest.substr(0, 1);
    rest.remove_prefix(1);
    return wild;
  }
  return take_digits(rest);
}

bool are_identifiers(std::string_view text) {
  bool is_empty = true;
  for (const char c : text) {
    if (c == '.' ? is_empty : !is_alnum(c) && c != '-') return false;
    is_empty = c == '.';
  }
  return !is_empty;
}

/// Reads "1.2.x", "v1.2.3-rc.1+build". Nothing where it is no such thing.
std::optional<Partial> read_partial(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of("v="), text.size()));
  Partial partial;
  bool is_after_wild = false;
  std::size_t count = 0;
  do {
    if (count > 0) text.remove_prefix(1);
    const std::string_view number = take_number_or_wild(text);
    if (number.empty()) return {};
    partial.numbers[count++] = number;
    is_after_wild = is_after_wild || is_wild(number);
    if (!is_after_wild) partial.given = count;
  } while (count < kMaxNumbers && text.starts_with('.'));
  if (text.empty()) return partial;
  if (count < kMaxNumbers) return {};
  const std::size_t plus = std::min(text.find('+'), text.size());
  std::string_view prerelease = text.substr(0, plus);
  const std::string_view build = text.substr(plus);
  if (!build.empty() && !are_identifiers(build.substr(1))) return {};
  if (prerelease.empty()) return partial;
  if (prerelease.starts_with('-')) {
    prerelease.remove_prefix(1);
  } else if (!is_letter(prerelease.front())) {  // "1.2.3rc1"
    return {};
  }
  if (!are_identifiers(prerelease)) return {};
  partial.prerelease = prerelease;
  return partial;
}

/// The version of the given numbers, with 0 for the others.
std::string start_of(const Partial& partial) {
  std::string version;
  for (std::size_t i = 0; i < kMaxNumbers; ++i) {
    if (i > 0) version += '.';
    version += i < partial.given ? partial.numbers[i] : "0";
  }
  return version;
}

std::string with_prerelease(const Partial& partial) {
  std::string version = start_of(partial);
  if (partial.given == kMaxNumbers && !partial.prerelease.empty()) {
    version += '-';
    version += partial.prerelease;
  }
  return version;
}

/// The version after all that have the first `count` numbers of `partial`: "1.2" -> "1.3.0".
/// @pre 0 < count <= given
std::string next_of(const Partial& partial, std::size_t count) {
  std::string version;
  for (std::size_t i = 0; i < kMaxNumbers; ++i) {
    if (i > 0) version += '.';
    if (i + 1 == count) {
      version += next_number(partial.numbers[i]);
    } else {
      version += i < count ? partial.numbers[i] : "0";
    }
  }
  return version;
}

bool is_zero(std::string_view number) { return without_leading_zeros(number).empty(); }

}  // namespace

/// Reads one range from its start to its end.
class NpmRangeParser {
 public:
  NpmRangeParser(std::string_view text, NpmPreviews previews) : text_(text), rest_(text) {
    range_.previews_ = previews;
  }

  Result<NpmRange> parse() {
    for (;;) {
      const std::size_t set_start = range_.bounds_.size();
      BH_CHECK(read_set());
      range_.ends_.push_back(range_.bounds_.size());
      has_any_ = has_any_ || is_any(set_start);
      if (rest_.empty()) break;
      rest_.remove_prefix(2);
    }
    if (has_any_) {  // to node-semver, the other sets then count no more: "* || 1.0.0-rc.1" is "*"
      range_.bounds_.clear();
      range_.ends_ = {0};
    }
    return std::move(range_);
  }

 private:
  using Operator = NpmRange::Operator;

  struct Word {
    std::string_view op;  // "", "^", "~", "~>", "<", "<=", ">", ">=", "="
    std::string_view version;
  };

  /// Reads up to "||" or the end.
  Result<void> read_set() {
    bool is_first = true;
    for (;;) {
      skip_blanks();
      if (is_set_end()) return {};
      const Word first = take_word();
      if (first.op.empty() && is_first && rest_.starts_with(' ')) {
        if (const auto last = take_hyphen_end()) {
          BH_CHECK(add_hyphen(first.version, *last));
          skip_blanks();
          if (!is_set_end()) return refuse_rest();
          return {};
        }
      }
      BH_CHECK(add(first));
      is_first = false;
    }
  }

  /// Do all bounds from `start` on hold for each version?
  bool is_any(std::size_t start) const {
    return std::ranges::all_of(std::span(range_.bounds_).subspan(start), [&](const auto& bound) {
      return bound.op == Operator::greater_or_equal &&
             compare_npm(bound.version, takes_previews() ? "0.0.0-0" : "0.0.0") == 0;
    });
  }

  bool is_set_end() const { return rest_.empty() || rest_.starts_with("||"); }

  void skip_blanks() { take_run(rest_, is_blank); }

  std::string_view take_version() {
    const std::string_view start = rest_;
    while (!rest_.empty() && !is_blank(rest_.front()) && !rest_.starts_with("||")) {
      rest_.remove_prefix(1);
    }
    return start.substr(0, start.size() - rest_.size());
  }

  /// Takes an operator, the spaces after it and a version.
  Word take_word() {
    constexpr std::array<std::string_view, 8> kOperators = {
        "~>", "~", "^", "<=", ">=", "<", ">", "="};
    Word word;
    for (const std::string_view op : kOperators) {
      if (!rest_.starts_with(op)) continue;
      word.op = op;
      rest_.remove_prefix(op.size());
      break;
    }
    take_run(rest_, [](char c) { return is_blank(c) || c == 'v' || c == '='; });
    word.version = take_version();
    return word;
  }

  /// Takes " - 2.3" where it is next.
  std::optional<std::string_view> take_hyphen_end() {
    const std::string_view start = rest_;
    skip_blanks();
    if (rest_.size() > 1 && rest_[0] == '-' && is_blank(rest_[1])) {
      rest_.remove_prefix(1);
      skip_blanks();
      if (!is_set_end()) return take_version();
    }
    rest_ = start;
    return {};
  }

  Result<Partial> partial_of(std::string_view version) const {
    if (const auto partial = read_partial(version)) return *partial;
    return refuse("npm range", text_, "a bound is no version",
                  static_cast<std::size_t>(version.data() - text_.data()));
  }

  Result<void> refuse_rest() const {
    return refuse("npm range", text_, "more than one range where a ' - ' is",
                  text_.size() - rest_.size());
  }

  bool takes_previews() const { return range_.previews_ == NpmPreviews::in_order; }

  void add_bound(Operator op, std::string version) {
    range_.bounds_.push_back({op, std::move(version)});
  }
  /// From `version`, and from its pre-releases where these are wanted.
  void add_start(std::string version) {
    if (takes_previews()) version += "-0";
    add_bound(Operator::greater_or_equal, std::move(version));
  }
  /// Up to, and without the pre-releases of, `version`.
  void add_end(const std::string& version) { add_bound(Operator::less, version + "-0"); }

  /// Bounds that no version meets.
  void add_nothing() { add_bound(Operator::less, "0.0.0-0"); }

  Result<void> add(const Word& word) {
    if (word.version.empty()) {  // ">=" alone is not taken, "~" and "^" alone are any version
      if (word.op == "~" || word.op == "^" || word.op == "~>") return {};
      return refuse("npm range", text_, "no version after an operator",
                    text_.size() - rest_.size());
    }
    BH_TRY(const Partial partial, partial_of(word.version));
    if (word.op == "^") {
      add_caret(partial);
    } else if (word.op.starts_with('~')) {
      add_tilde(partial);
    } else if (partial.given == kMaxNumbers) {
      add_full(word.op, partial);
    } else {
      add_partial(word.op, partial);
    }
    return {};
  }

  void add_caret(const Partial& partial) {
    if (partial.given == 0) return;
    // What may change is what follows the first number that is not 0.
    std::size_t fixed = 1;
    while (fixed < partial.given && is_zero(partial.numbers[fixed - 1])) ++fixed;
    const bool is_full = partial.given == kMaxNumbers;
    const bool is_from_one = !is_zero(partial.numbers[0]);
    if (!partial.prerelease.empty() && is_full) {
      add_bound(Operator::greater_or_equal, with_prerelease(partial));
    } else if (is_full && is_from_one) {
      add_bound(Operator::greater_or_equal, start_of(partial));
    } else {
      add_start(start_of(partial));
    }
    add_end(next_of(partial, fixed));
  }

  void add_tilde(const Partial& partial) {
    if (partial.given == 0) return;
    add_bound(Operator::greater_or_equal, with_prerelease(partial));
    add_end(next_of(partial, std::min<std::size_t>(partial.given, 2)));
  }

  void add_full(std::string_view op, const Partial& partial) {
    const Operator bound = op == "<"    ? Operator::less
                           : op == "<=" ? Operator::less_or_equal
                           : op == ">"  ? Operator::greater
                           : op == ">=" ? Operator::greater_or_equal
                                        : Operator::equal;
    add_bound(bound, with_prerelease(partial));
  }

  /// "1.2", "1.x", "<1", ">=1.2.x".
  void add_partial(std::string_view op, const Partial& partial) {
    const bool is_strict = op == "<" || op == ">";
    if (partial.given == 0) {
      if (is_strict) add_nothing();
      return;
    }
    if (op == ">") {
      add_start(next_of(partial, partial.given));
    } else if (op == "<=") {
      add_end(next_of(partial, partial.given));
    } else if (op == "<") {
      add_end(start_of(partial));
    } else {
      add_start(start_of(partial));
      if (op != ">=") add_end(next_of(partial, partial.given));
    }
  }

  Result<void> add_hyphen(std::string_view first, std::string_view last) {
    BH_TRY(const Partial from, partial_of(first));
    BH_TRY(const Partial to, partial_of(last));
    if (from.given == kMaxNumbers && !from.prerelease.empty()) {
      add_bound(Operator::greater_or_equal, with_prerelease(from));
    } else if (from.given > 0) {
      add_start(start_of(from));
    }
    if (to.given == 0) return {};
    if (to.given < kMaxNumbers) {
      add_end(next_of(to, to.given));
    } else if (to.prerelease.empty() && takes_previews()) {
      add_end(next_of(to, kMaxNumbers));
    } else {
      add_bound(Operator::less_or_equal, with_prerelease(to));
    }
    return {};
  }

  std::string_view text_;
  std::string_view rest_;
  NpmRange range_;
  bool has_any_ = false;
};

Result<NpmRange> NpmRange::parse(std::string_view text, NpmPreviews previews) {
  return NpmRangeParser(text, previews).parse();
}

bool NpmRange::is_met(const Bound& bound, std::string_view version) {
  const auto order = compare_npm(version, bound.version);
  switch (bound.op) {
    case Operator::less:
      return order < 0;
    case Operator::less_or_equal:
      return order <= 0;
    case Operator::equal:
      return order == 0;
    case Operator::greater_or_equal:
      return order >= 0;
    case Operator::greater:
      return order > 0;
  }
  return false;
}

Result<bool> NpmRange::holds(std::string_view version) const {
  BH_CHECK(check_npm(version));
  const SemverParts parts = take_npm_apart(version);
  const bool must_be_named = parts.has_prerelease && previews_ == NpmPreviews::where_named;
  const auto names = [&](const Bound& bound) {
    const SemverParts named = take_npm_apart(bound.version);
    return named.has_prerelease &&
           compare_dotted_numbers(named.numbers, parts.numbers, kMaxNumbers) == 0;
  };
  std::size_t start = 0;
  for (const std::size_t end : ends_) {
    const auto set = std::span(bounds_).subspan(start, end - start);
    start = end;
    if (!std::ranges::all_of(set, [&](const Bound& bound) { return is_met(bound, version); })) {
      continue;
    }
    if (!must_be_named || std::ranges::any_of(set, names)) return true;
  }
  return false;
}

}  // namespace bulkhead::version
