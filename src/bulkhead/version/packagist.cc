#include "bulkhead/version/packagist.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "bulkhead/base/text.h"
#include "bulkhead/version/parts.h"

namespace bulkhead::version {
namespace {

/// The ranks of PHP's version_compare. Where a version ends, it is above words for what comes
/// before a release and below numbers.
constexpr int kUnknown = -1;
constexpr int kDev = 0;
constexpr int kAlpha = 1;
constexpr int kBeta = 2;
constexpr int kReleaseCandidate = 3;
constexpr int kEnd = 4;
constexpr int kNumber = 5;
constexpr int kPatch = 6;

struct Word {
  std::string_view text;
  int rank;
};

/// In the order in which Composer tries them. "stable" is kEnd: nothing after it counts.
constexpr std::array<Word, 9> kWords = {{{"stable", kEnd},
                                         {"beta", kBeta},
                                         {"b", kBeta},
                                         {"rc", kReleaseCandidate},
                                         {"alpha", kAlpha},
                                         {"a", kAlpha},
                                         {"patch", kPatch},
                                         {"pl", kPatch},
                                         {"p", kPatch}}};
constexpr std::array<std::string_view, 5> kFlags = {"stable", "rc", "beta", "alpha", "dev"};
constexpr std::string_view kWildNumber = "9999999";  // what Composer makes of "x"
constexpr std::size_t kNumbers = 4;
constexpr std::size_t kMaxMajorDigits = 5;  // more are a date

/// The pieces of one version; views into it.
struct Pieces {
  bool is_valid = true;
  bool is_branch = false;
  std::string_view branch;        // without its "dev-"
  std::string_view numbers;       // with any separators between them
  std::size_t least_numbers = 0;  // what lacks to these is `filler`
  std::string_view filler;
  int stability = kEnd;  // kEnd: none
  std::string_view stability_numbers;
  bool is_dev = false;
};

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && compare_without_case(text.substr(0, word.size()), word) == 0;
}

bool ends_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         compare_without_case(text.substr(text.size() - word.size()), word) == 0;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// "1.0 as 2.0" -> "1.0"
std::string_view without_alias(std::string_view version) {
  const std::size_t end = version.find(' ');
  if (end == std::string_view::npos || end == 0) return version;
  const auto is_blank = [](char c) { return c == ' '; };
  std::string_view rest = version.substr(end);
  take_run(rest, is_blank);
  if (!rest.starts_with("as ")) return version;
  rest.remove_prefix(2);
  take_run(rest, is_blank);
  const auto is_bad = [](char c) { return c == ',' || is_space(c); };
  const std::string_view real = version.substr(0, end);
  if (rest.empty() || std::ranges::any_of(rest, is_bad) || std::ranges::any_of(real, is_bad)) {
    return version;
  }
  return real;
}

/// "1.0@beta" -> "1.0"
std::string_view without_flag(std::string_view version) {
  const std::size_t at = version.rfind('@');
  if (at == std::string_view::npos) return version;
  for (const std::string_view flag : kFlags) {
    if (compare_without_case(version.substr(at + 1), flag) == 0) return version.substr(0, at);
  }
  return version;
}

/// "1.0+build" -> "1.0"
std::string_view without_build(std::string_view version) {
  const std::size_t plus = version.find('+');
  if (plus == std::string_view::npos || plus == 0 || plus + 1 == version.size()) return version;
  if (version.substr(0, plus).contains(',') || std::ranges::any_of(version, is_space)) {
    return version;
  }
  return version.substr(0, plus);
}

/// Takes a separator of `separators` off `rest` where one is there.
void skip_one(std::string_view& rest, std::string_view separators) {
  if (!rest.empty() && separators.contains(rest.front())) rest.remove_prefix(1);
}

/// Takes "1.2.3.4" off `rest`, at most `kNumbers` numbers, those after the first with `take`; a "."
/// without a number after it stays.
template <class Take>
std::string_view take_numbers(std::string_view& rest, Take take) {
  const std::string_view start = rest;
  take_digits(rest);
  for (std::size_t count = 1; count < kNumbers && rest.starts_with('.'); ++count) {
    std::string_view after = rest.substr(1);
    if (take(after).empty()) break;
    rest = after;
  }
  return start.substr(0, start.size() - rest.size());
}

/// Takes ".1-2" off `rest`.
std::string_view take_stability_numbers(std::string_view& rest) {
  const std::string_view start = rest;
  for (;;) {
    std::string_view after = rest;
    skip_one(after, ".-");
    if (take_digits(after).empty()) break;
    rest = after;
  }
  return start.substr(0, start.size() - rest.size());
}

/// Reads "-RC1-dev" up to the end of the version. False where it is no such thing.
bool read_modifier(std::string_view rest, Pieces& pieces) {
  skip_one(rest, "._-");
  // Only "stable" as it is written here is left out; "Stable" is a word that PHP does not know.
  const bool is_stable = rest.starts_with("stable");
  for (const Word& word : kWords) {
    if (!starts_with_word(rest, word.text)) continue;
    rest.remove_prefix(word.text.size());
    pieces.stability = word.rank != kEnd || is_stable ? word.rank : kUnknown;
    pieces.stability_numbers = take_stability_numbers(rest);
    break;
  }
  if (std::string_view dev = rest; !dev.empty()) {
    skip_one(dev, ".-");
    if (compare_without_case(dev, "dev") == 0) {
      pieces.is_dev = true;
      rest = {};
    }
  }
  if (is_stable) {
    pieces.stability_numbers = {};
    pieces.is_dev = false;
  }
  return rest.empty();
}

bool read_numbers(std::string_view version, Pieces& pieces) {
  std::string_view rest = version;
  const std::string_view numbers = take_numbers(rest, take_digits);
  const std::size_t major_digits = std::min(numbers.find('.'), numbers.size());
  if (major_digits == 0 || major_digits > kMaxMajorDigits) return false;
  if (!read_modifier(rest, pieces)) return false;
  pieces.numbers = numbers;
  pieces.least_numbers = kNumbers;
  return true;
}

/// Is it four digits, one to six pairs and up to three digits more, with or without a separator
/// before each?
bool is_date(std::string_view text) {
  constexpr std::size_t kYearDigits = 4;
  constexpr std::size_t kMaxPairs = 6;
  constexpr std::size_t kMaxLastDigits = 3;
  constexpr std::size_t kMaxBytes = kYearDigits + (kMaxPairs * 3) + 1 + kMaxLastDigits;
  const auto digits_at = [&](std::size_t at, std::size_t count) {
    return at + count <= text.size() && std::ranges::all_of(text.substr(at, count), is_digit);
  };
  if (text.size() > kMaxBytes || !digits_at(0, kYearDigits)) return false;
  const auto after_separator = [&](std::size_t at) {
    return at < text.size() && !is_digit(text[at]) ? at + 1 : at;
  };
  // Which ends of pairs can be reached: a pair ends where another way leaves one digit over.
  std::array<std::uint8_t, kMaxBytes + 1> reached{};  // bit N: after N pairs
  reached[kYearDigits] = 1;
  for (std::size_t at = kYearDigits; at <= text.size(); ++at) {
    if (reached[at] == 0) continue;
    const bool has_pair = (reached[at] & ~1U) != 0;
    const std::size_t digits = after_separator(at);
    const std::size_t left = text.size() - digits;
    if (has_pair &&
        (at == text.size() || (left >= 1 && left <= kMaxLastDigits && digits_at(digits, left)))) {
      return true;
    }
    if (digits_at(digits, 2)) {
      reached[digits + 2] |= static_cast<std::uint8_t>((reached[at] << 1U) & 0x7fU);
    }
  }
  return false;
}

bool read_date(std::string_view version, Pieces& pieces) {
  std::string_view rest = version;
  take_digits(rest);
  for (;;) {
    std::string_view after = rest;
    skip_one(after, ".:-");
    if (take_digits(after).empty()) break;
    rest = after;
  }
  const std::string_view date = version.substr(0, version.size() - rest.size());
  if (!is_date(date) || !read_modifier(rest, pieces)) return false;
  pieces.numbers = date;
  return true;
}

std::string_view take_branch_number(std::string_view& rest) {
  if (!rest.empty() && (to_lower_letter(rest.front()) == 'x' || rest.front() == '*')) {
    const std::string_view wild = rest.substr(0, 1);
    rest.remove_prefix(1);
    return wild;
  }
  return take_digits(rest);
}

/// "1.x-dev": above all of 1.
bool read_numbered_branch(std::string_view version, Pieces& pieces) {
  if (!ends_with_word(version, "dev")) return false;
  version.remove_suffix(3);
  if (version.ends_with('.') || version.ends_with('-')) version.remove_suffix(1);
  version = trim(version);
  std::string_view rest = version;
  const std::string_view numbers = take_numbers(rest, take_branch_number);
  if (numbers.empty() || !is_digit(numbers.front()) || !rest.empty()) return false;
  pieces.numbers = numbers;
  pieces.least_numbers = kNumbers;
  pieces.filler = kWildNumber;
  pieces.is_dev = true;
  return true;
}

Pieces take_apart(std::string_view version) {
  Pieces pieces;
  version = without_flag(without_alias(trim(version)));
  if (version == "master" || version == "trunk" || version == "default") {
    pieces.is_branch = true;
    pieces.branch = version;
    return pieces;
  }
  if (starts_with_word(version, "dev-")) {
    pieces.is_branch = true;
    pieces.branch = version.substr(4);
    return pieces;
  }
  version = without_build(version);
  if (starts_with_word(version, "v")) version.remove_prefix(1);
  for (const auto read : {read_numbers, read_date, read_numbered_branch}) {
    pieces = {};
    if (read(version, pieces)) return pieces;
  }
  pieces = {};
  pieces.is_valid = false;
  pieces.numbers = version;
  return pieces;
}

struct Token {
  int rank = kEnd;
  std::string_view number = {};
};

/// Gives what PHP's version_compare compares of a normalised version.
class Tokens {
 public:
  explicit Tokens(const Pieces& pieces)
      : rest_(pieces.numbers),
        lacking_(pieces.least_numbers),
        filler_(pieces.filler),
        stability_(pieces.stability),
        stability_rest_(pieces.stability_numbers),
        is_dev_(pieces.is_dev) {}

  bool is_at_end() const {
    return rest_.empty() && lacking_ == 0 && stability_ == kEnd && stability_rest_.empty() &&
           !is_dev_;
  }

  Token next() {
    if (!rest_.empty()) {
      if (lacking_ > 0) --lacking_;
      return {.rank = kNumber, .number = take_number(rest_)};
    }
    if (lacking_ > 0) {
      --lacking_;
      return {.rank = kNumber, .number = filler_};
    }
    if (stability_ != kEnd) {
      const int rank = std::exchange(stability_, kEnd);
      if (!stability_rest_.empty() && !is_digit(stability_rest_.front())) {
        stability_rest_.remove_prefix(1);
      }
      return {.rank = rank};
    }
    if (!stability_rest_.empty()) {
      return {.rank = kNumber, .number = take_number(stability_rest_)};
    }
    if (is_dev_) {
      is_dev_ = false;
      return {.rank = kDev};
    }
    return {};
  }

 private:
  static std::string_view take_number(std::string_view& rest) {
    std::string_view number = take_digits(rest);
    if (number.empty()) {
      number = kWildNumber;
      rest.remove_prefix(1);
    }
    if (!rest.empty()) rest.remove_prefix(1);
    return number;
  }

  std::string_view rest_;
  std::size_t lacking_;
  std::string_view filler_;
  int stability_;
  std::string_view stability_rest_;
  bool is_dev_;
};

}  // namespace

Result<void> check_packagist(std::string_view version) {
  if (take_apart(version).is_valid) return {};
  return refuse("packagist", version, "it is not what Composer takes for a version");
}

std::strong_ordering compare_packagist(std::string_view a, std::string_view b) {
  const Pieces left = take_apart(a);
  const Pieces right = take_apart(b);
  if (left.is_branch != right.is_branch) return right.is_branch <=> left.is_branch;
  if (left.is_branch) return left.branch.compare(right.branch) <=> 0;
  Tokens left_tokens(left);
  Tokens right_tokens(right);
  while (!left_tokens.is_at_end() || !right_tokens.is_at_end()) {
    const Token from_left = left_tokens.next();
    const Token from_right = right_tokens.next();
    if (from_left.rank != from_right.rank) return from_left.rank <=> from_right.rank;
    const auto order = compare_numbers(from_left.number, from_right.number);
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

bool is_packagist_branch(std::string_view version) { return take_apart(version).is_branch; }

}  // namespace bulkhead::version
