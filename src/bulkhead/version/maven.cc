#include "bulkhead/version/maven.h"

#include <array>
#include <cstddef>

#include "bulkhead/version/parts.h"

namespace bulkhead::version {
namespace {

/// The ranks of words. What is left out, and "ga", are the release itself.
constexpr int kAlpha = 0;
constexpr int kBeta = 1;
constexpr int kMilestone = 2;
constexpr int kReleaseCandidate = 3;
constexpr int kSnapshot = 4;
constexpr int kRelease = 5;
constexpr int kServicePack = 6;
constexpr int kOtherWord = 7;
constexpr int kNumber = 8;

/// The kinds of tokens, in their order.
enum class Kind {
  preview,  // a word for what comes before the release
  zeros,    // that a preview follows
  end,      // and words for the release itself
  extra,    // any other word
  number,
};

struct Word {
  std::string_view text;  // in lower case
  int rank;
};

constexpr std::array<Word, 10> kWords = {{{"alpha", kAlpha},
                                          {"beta", kBeta},
                                          {"milestone", kMilestone},
                                          {"rc", kReleaseCandidate},
                                          {"cr", kReleaseCandidate},
                                          {"snapshot", kSnapshot},
                                          {"ga", kRelease},
                                          {"final", kRelease},
                                          {"release", kRelease},
                                          {"sp", kServicePack}}};
/// These count where a digit follows at once.
constexpr std::array<Word, 3> kShortWords = {{{"a", kAlpha}, {"b", kBeta}, {"m", kMilestone}}};

template <std::size_t N>
int rank_in(const std::array<Word, N>& words, std::string_view text, int otherwise) {
  for (const Word& word : words) {
    if (compare_without_case(word.text, text) == 0) return word.rank;
  }
  return otherwise;
}

/// What stands between separators.
struct Item {
  std::string_view text;  // a number may be empty: 0
  int rank = kNumber;
  bool opens = false;  // it begins a list within the list

  bool is_null() const {
    return rank == kRelease || (rank == kNumber && without_leading_zeros(text).empty());
  }
};

/// What takes part in the comparison.
struct Token {
  Kind kind = Kind::end;
  int rank = kRelease;
  std::string_view text = {};  // of a number, or of a word that is not known
  std::size_t count = 0;       // the lists that begin with it; of `zeros` how many there are
};

/// Gives the items of one version.
class Items {
 public:
  explicit Items(std::string_view version) : rest_(version) {}

  bool is_at_end() const { return rest_.empty(); }

  /// @pre Not at the end.
  Item next() {
    Item item{.text = {}, .rank = kNumber, .opens = opens_};
    if (is_digit(rest_.front())) {
      item.text = take_digits(rest_);
    } else if (rest_.front() != '.' && rest_.front() != '-') {
      item.text = take_run(rest_, [](char c) { return !is_digit(c) && c != '.' && c != '-'; });
      const bool is_before_digit = !rest_.empty() && is_digit(rest_.front());
      item.rank = rank_in(kWords, item.text, kOtherWord);
      if (is_before_digit) item.rank = rank_in(kShortWords, item.text, item.rank);
      item.opens = item.opens || (!is_first_ && (is_before_digit || rest_.empty()));
    }
    is_first_ = false;
    opens_ = !rest_.starts_with('.');
    if (rest_.starts_with('.') || rest_.starts_with('-')) rest_.remove_prefix(1);
    return item;
  }

 private:
  std::string_view rest_;
  bool is_first_ = true;
  bool opens_ = false;
};

Token token_of(const Item& item, std::size_t depth) {
  if (item.rank == kRelease) return {};
  const Kind kind = item.rank == kNumber   ? Kind::number
                    : item.rank < kRelease ? Kind::preview
                                           : Kind::extra;
  const bool is_told_by_text = item.rank >= kOtherWord;
  return {.kind = kind,
          .rank = item.rank,
          .text = is_told_by_text ? item.text : std::string_view(),
          .count = depth};
}

/// Gives the tokens of one version: its items without those at the end of each list that mean
/// nothing. Reads each item at most twice.
class Tokens {
 public:
  explicit Tokens(std::string_view version) : items_(version) {}

  bool is_at_end() const { return items_.is_at_end(); }

  /// At the end the token that is the release itself.
  Token next() {
    std::size_t depth = 0;
    while (!items_.is_at_end()) {
      const Item item = items_.next();
      if (item.opens) ++depth;
      if (!item.is_null()) return token_of(item, depth);
      if (kept_ > 0) {
        --kept_;
        return token_of(item, depth);
      }
      const Run run = look_ahead();
      if (run.rank == kRelease) {  // the list ends with nothing but these
        items_ = run.end;
        continue;
      }
      if (run.rank < kRelease) {
        items_ = run.end;
        return {.kind = Kind::zeros, .count = run.length + 1};
      }
      kept_ = run.length;
      return token_of(item, depth);
    }
    return {};
  }

 private:
  /// Items of one list that mean nothing by themselves.
  struct Run {
    std::size_t length = 0;
    Items end;
    int rank = kRelease;  // of what follows in the list; where it ends, kRelease
  };

  Run look_ahead() const {
    Run run{.end = items_};
    for (Items ahead = items_; !ahead.is_at_end(); ++run.length) {
      const Item item = ahead.next();
      if (item.opens) break;
      if (!item.is_null()) {
        run.rank = item.rank;
        break;
      }
      run.end = ahead;
    }
    return run;
  }

  Items items_;
  std::size_t kept_ = 0;  // items to come that mean something though they are null
};

std::strong_ordering compare_tokens(const Token& a, const Token& b) {
  if (a.kind != b.kind) return a.kind <=> b.kind;
  if (a.kind == Kind::number) {
    if (a.count != b.count) return b.count <=> a.count;  // a number is above a list
    return compare_numbers(a.text, b.text);
  }
  if (a.count != b.count) return a.count <=> b.count;  // a list is above a word
  if (a.rank != b.rank) return a.rank <=> b.rank;
  return compare_without_case(a.text, b.text);
}

}  // namespace

Result<void> check_maven(std::string_view version) {
  if (version.empty()) return refuse("maven", version, "it is empty");
  constexpr std::string_view kRefused = R"(\/:"<>|?*[](){},)";
  for (std::size_t i = 0; i < version.size(); ++i) {
    const auto byte = static_cast<unsigned char>(version[i]);
    if (byte <= ' ' || byte == 0x7f || kRefused.contains(version[i])) {
      return refuse("maven", version, "a character that no version has", i);
    }
  }
  return {};
}

std::strong_ordering compare_maven(std::string_view a, std::string_view b) {
  Tokens left(a);
  Tokens right(b);
  while (!left.is_at_end() || !right.is_at_end()) {
    if (const auto order = compare_tokens(left.next(), right.next()); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

}  // namespace bulkhead::version
