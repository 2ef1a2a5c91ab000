#include "bulkhead/advisory/json_outline.h"

#include <algorithm>

namespace bulkhead::advisory {
namespace {

// Each takes 48 bytes here and at least 5 in the text.
constexpr std::size_t kMaxMembers = 4'000'000;

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  bool is_end() const { return at_ == text_.size(); }
  std::string_view from(std::size_t begin) const { return text_.substr(begin, at_ - begin); }

  void skip_space() {
    const std::size_t next = text_.find_first_not_of(" \t\r\n", at_);
    at_ = next == std::string_view::npos ? text_.size() : next;
  }
  bool take(char c) {
    if (is_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  /// A string, from its quote to its quote.
  bool take_string() {
    if (!take('"')) return false;
    for (;;) {
      at_ = text_.find_first_of("\"\\", at_);
      if (at_ == std::string_view::npos || at_ + 1 > text_.size()) break;
      if (text_[at_] == '"') {
        ++at_;
        return true;
      }
      at_ += 2;
      if (at_ >= text_.size()) break;
    }
    at_ = text_.size();
    return false;
  }
  /// Any value; brackets are counted, not told apart.
  bool take_value() {
    if (is_end()) return false;
    if (text_[at_] == '"') return take_string();
    if (text_[at_] != '{' && text_[at_] != '[') {
      const std::size_t begin = at_;
      at_ = std::min(text_.find_first_of(" \t\r\n,:{}[]\"", at_), text_.size());
      return at_ != begin;
    }
    std::size_t depth = 0;
    while (!is_end()) {
      at_ = std::min(text_.find_first_of("\"{}[]", at_), text_.size());
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
    return false;
  }

 private:
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
