#include "bulkhead/remote/challenge.h"

#include <cstddef>

#include "bulkhead/base/text.h"

namespace bulkhead::remote {
namespace {

constexpr std::size_t kMostHeaderBytes = 16 << 10;
constexpr std::size_t kMostChallenges = 16;
constexpr std::size_t kMostParameters = 32;  // of one challenge

constexpr std::string_view kBlanks = " \t";

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_token_char(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return is_alnum(c) || kOthers.find(c) != std::string_view::npos;
}

/// Takes from the front of a header's value.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool is_done() const { return rest_.empty(); }
  bool is_at(char c) const { return !rest_.empty() && rest_.front() == c; }
  void skip(std::string_view characters) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(characters), rest_.size()));
  }
  void skip_one() { rest_.remove_prefix(1); }

  std::string_view take_token() {
    std::size_t size = 0;
    while (size < rest_.size() && is_token_char(rest_[size])) ++size;
    return take(size);
  }

  /// A quoted string, or all up to the next blank or comma.
  std::string take_value() {
    if (!is_at('"')) return std::string(take(std::min(rest_.find_first_of(" \t,"), rest_.size())));
    skip_one();
    std::string value;
    while (!rest_.empty() && !is_at('"')) {
      if (is_at('\\') && rest_.size() > 1) skip_one();
      value.push_back(rest_.front());
      skip_one();
    }
    if (!rest_.empty()) skip_one();
    return value;
  }

  /// Steps over base64-like data that is a challenge's only content ("Negotiate YIIB...==").
  void skip_token68() {
    std::size_t size = 0;
    while (size < rest_.size() &&
           (is_alnum(rest_[size]) || std::string_view("-._~+/").contains(rest_[size]))) {
      ++size;
    }
    if (size == 0) return;
    while (size < rest_.size() && rest_[size] == '=') ++size;
    const std::string_view behind = rest_.substr(size);
    const std::size_t next = behind.find_first_not_of(kBlanks);
    if (next == std::string_view::npos || behind[next] == ',') take(size);
  }

 private:
  std::string_view take(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
};

}  // namespace

std::string_view Challenge::parameter(std::string_view name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string_view{} : std::string_view(found->second);
}

std::vector<Challenge> parse_challenges(std::string_view header) {
  std::vector<Challenge> challenges;
  Cursor cursor(header.substr(0, kMostHeaderBytes));
  for (;;) {
    cursor.skip(" \t,");
    if (cursor.is_done()) return challenges;
    const std::string_view token = cursor.take_token();
    if (token.empty()) {
      cursor.skip_one();
      continue;
    }
    cursor.skip(kBlanks);
    if (!cursor.is_at('=')) {
      if (challenges.size() == kMostChallenges) return challenges;
      challenges.push_back({to_lower(token), {}});
      cursor.skip_token68();
      continue;
    }
    cursor.skip_one();
    cursor.skip(kBlanks);
    std::string value = cursor.take_value();
    // The first of several parameters of one name counts.
    if (challenges.empty() || challenges.back().parameters.size() == kMostParameters) continue;
    challenges.back().parameters.emplace(to_lower(token), std::move(value));
  }
}

}  // namespace bulkhead::remote
