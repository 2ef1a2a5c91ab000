#include "bulkhead/advisory/json_outline.h"

#include <array>
#include <cstdint>

namespace bulkhead::advisory {
namespace {

// Each takes 48 bytes here and at least 5 in the text.
constexpr std::size_t kMaxMembers = 4'000'000;

// What a byte may be outside strings; one look into a table, since feeds have gigabytes of them.
constexpr std::uint8_t kSpace = 1;
constexpr std::uint8_t kMark = 2;
constexpr std::uint8_t kEdge = 4;  // a bracket, or where a string begins

constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  const auto set = [&](std::string_view bytes, std::uint8_t value) {
    for (const char c : bytes) classes[static_cast<unsigned char>(c)] = value;
  };
  set(" \t\r\n", kSpace);
  set(",:", kMark);
  set("{}[]\"", kEdge);
  return classes;
}();

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  bool is_end() const { return at_ == text_.size(); }
  std::string_view from(std::size_t begin) const { return text_.substr(begin, at_ - begin); }

  void skip_space() {
    while (at_ < text_.size() && is(kSpace)) ++at_;
  }
  bool take(char c) {
    if (is_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  /// A string, from its quote to its quote.
  bool take_string() {
    if (!take('"')) return false;
    const std::size_t begin = at_;
    for (;;) {
      const std::size_t quote = text_.find('"', at_);
      at_ = quote == std::string_view::npos ? text_.size() : quote + 1;
      if (quote == std::string_view::npos) return false;
      // It is one of the text after an odd number of backslashes.
      std::size_t first = quote;
      while (first > begin && text_[first - 1] == '\\') --first;
      if ((quote - first) % 2 == 0) return true;
    }
  }
  /// Any value; brackets are counted, not told apart.
  bool take_value() {
    if (is_end()) return false;
    if (text_[at_] == '"') return take_string();
    if (text_[at_] != '{' && text_[at_] != '[') {
      const std::size_t begin = at_;
      while (!is_end() && !is(kSpace | kMark | kEdge)) ++at_;
      return at_ != begin;
    }
    std::size_t depth = 0;
    for (;;) {
      while (!is_end() && !is(kEdge)) ++at_;
      if (is_end()) return false;
      const char c = text_[at_];
      if (c == '"') {
        if (!take_string()) return false;
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') {
        ++depth;
      } else if (--depth == 0) {
        return true;
      }
    }
  }

 private:
  bool is(unsigned classes) const {
    return (kClasses[static_cast<unsigned char>(text_[at_])] & classes) != 0;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::unexpected<Error> broken(const Cursor& cursor) {
  return fail(Code::malformed, "json: the document is not well formed", cursor.at());
}

std::unexpected<Error> too_many(const Cursor& cursor) {
  return fail(Code::limit_exceeded, "json: more than 4 million members", cursor.at());
}

Cursor begin_of(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  Cursor cursor(text);
  cursor.skip_space();
  return cursor;
}

}  // namespace

Result<std::vector<JsonMember>> outline_json(std::string_view text) {
  std::vector<JsonMember> members;
  Cursor cursor = begin_of(text);
  if (!cursor.take('{')) return broken(cursor);
  cursor.skip_space();
  if (!cursor.take('}')) {
    for (;;) {
      if (members.size() == kMaxMembers) return too_many(cursor);
      cursor.skip_space();
      const std::size_t begin = cursor.at();
      if (!cursor.take_string()) return broken(cursor);
      const std::string_view key = cursor.from(begin);
      cursor.skip_space();
      if (!cursor.take(':')) return broken(cursor);
      cursor.skip_space();
      const std::size_t value = cursor.at();
      if (!cursor.take_value()) return broken(cursor);
      members.push_back({key.substr(1, key.size() - 2), cursor.from(value), cursor.from(begin)});
      cursor.skip_space();
      if (cursor.take('}')) break;
      if (!cursor.take(',')) return broken(cursor);
    }
  }
  cursor.skip_space();
  if (!cursor.is_end()) return broken(cursor);
  return members;
}

Result<std::vector<std::string_view>> outline_json_array(std::string_view text) {
  std::vector<std::string_view> elements;
  Cursor cursor = begin_of(text);
  if (!cursor.take('[')) return broken(cursor);
  cursor.skip_space();
  if (!cursor.take(']')) {
    for (;;) {
      if (elements.size() == kMaxMembers) return too_many(cursor);
      cursor.skip_space();
      const std::size_t begin = cursor.at();
      if (!cursor.take_value()) return broken(cursor);
      elements.push_back(cursor.from(begin));
      cursor.skip_space();
      if (cursor.take(']')) break;
      if (!cursor.take(',')) return broken(cursor);
    }
  }
  cursor.skip_space();
  if (!cursor.is_end()) return broken(cursor);
  return elements;
}

}  // namespace bulkhead::advisory
