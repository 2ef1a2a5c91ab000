#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace bulkhead {

/// A text that is empty in most of the structs that have it: a quarter of a string's room, and no
/// memory of its own where there is nothing to say.
class RareText {
 public:
  RareText() = default;
  RareText(const RareText& other)
      : text_(other.text_ ? std::make_unique<std::string>(*other.text_) : nullptr) {}
  RareText(RareText&& other) noexcept = default;
  RareText& operator=(RareText other) noexcept {
    text_ = std::move(other.text_);
    return *this;
  }
  ~RareText() = default;
  RareText& operator=(std::string text) {
    text_ = text.empty() ? nullptr : std::make_unique<std::string>(std::move(text));
    return *this;
  }
  RareText& operator=(std::string_view text) { return *this = std::string(text); }
  RareText& operator=(const char* text) { return *this = std::string(text); }

  bool empty() const { return !text_; }
  void clear() { text_.reset(); }
  /// Lives until the next assignment.
  const std::string& str() const {
    static const std::string none;
    return text_ ? *text_ : none;
  }
  std::size_t capacity() const { return text_ ? text_->capacity() : 0; }
  friend bool operator==(const RareText& a, std::string_view b) { return a.str() == b; }

 private:
  std::unique_ptr<std::string> text_;
};

}  // namespace bulkhead
