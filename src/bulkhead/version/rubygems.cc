#include "bulkhead/version/rubygems.h"

#include <algorithm>

#include "bulkhead/base/text.h"
#include "bulkhead/version/parts.h"

namespace bulkhead::version {
namespace {

/// A number or a word; at the end of a version, 0.
struct Segment {
  bool is_word = false;
  std::string_view text;
};

/// Gives the segments of one version, "pre" for each "-", without the zeros before the first word:
/// "1.0.a" is "1.a".
class Segments {
 public:
  explicit Segments(std::string_view version) : rest_(version) { skip_separators(); }

  bool is_at_end() const { return zeros_ == 0 && !is_held_ && rest_.empty(); }

  Segment next() {
    if (zeros_ > 0) {
      --zeros_;
      return {};
    }
    if (is_held_) {
      is_held_ = false;
      return held_;
    }
    Segment segment = read();
    if (has_word_ || !is_zero(segment)) return segment;
    // Zeros: they count where a number follows, and not where a word or nothing does.
    std::size_t zeros = 0;
    while (is_zero(segment) && !rest_.empty()) {
      ++zeros;
      segment = read();
    }
    if (segment.is_word || is_zero(segment)) return segment;
    held_ = segment;
    is_held_ = true;
    zeros_ = zeros - 1;
    return {};
  }

 private:
  static bool is_zero(const Segment& segment) {
    return !segment.is_word && without_leading_zeros(segment.text).empty();
  }

  Segment read() {
    Segment segment;
    if (rest_.starts_with('-')) {
      rest_.remove_prefix(1);
      segment = {.is_word = true, .text = "pre"};
    } else if (is_digit(rest_.front())) {
      segment.text = take_digits(rest_);
    } else {
      segment = {.is_word = true, .text = take_letters(rest_)};
    }
    has_word_ = has_word_ || segment.is_word;
    skip_separators();
    return segment;
  }

  void skip_separators() {
    take_run(rest_, [](char c) { return !is_alnum(c) && c != '-'; });
  }

  std::string_view rest_;
  bool has_word_ = false;
  bool is_held_ = false;
  Segment held_;
  std::size_t zeros_ = 0;  // to come before the held one
};

std::strong_ordering compare_segments_of(const Segment& a, const Segment& b) {
  if (a.is_word != b.is_word) return b.is_word <=> a.is_word;
  if (a.is_word) return a.text.compare(b.text) <=> 0;
  return compare_numbers(a.text, b.text);
}

}  // namespace

Result<void> check_rubygems(std::string_view version) {
  const std::string_view text = trim(version);
  if (text.empty()) return refuse("rubygems", version, "it is empty");
  if (!is_digit(text.front())) return refuse("rubygems", version, "it begins with no number");
  bool is_first = true;  // of the segments between dots
  bool is_after_dash = false;
  bool is_empty = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_part = is_first && !is_after_dash ? is_digit(c) : is_alnum(c);
    if (is_part || (is_after_dash && c == '-')) {
      is_empty = false;
    } else if (!is_empty && (c == '.' || (c == '-' && !is_after_dash))) {
      is_after_dash = is_after_dash || c == '-';
      is_first = false;
      is_empty = true;
    } else {
      return refuse("rubygems", version, "not numbers and words with '.' between them", i);
    }
  }
  if (is_empty) return refuse("rubygems", version, "nothing at its end");
  return {};
}

std::strong_ordering compare_rubygems(std::string_view a, std::string_view b) {
  Segments left(trim(a));
  Segments right(trim(b));
  while (!left.is_at_end() || !right.is_at_end()) {
    const Segment from_left = left.is_at_end() ? Segment{} : left.next();
    const Segment from_right = right.is_at_end() ? Segment{} : right.next();
    if (const auto order = compare_segments_of(from_left, from_right); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

}  // namespace bulkhead::version
