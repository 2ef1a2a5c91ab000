#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "bulkhead/base/bytes.h"

namespace bulkhead::catalog {

/// A small file collected as a whole, up to a number of bytes.
class BoundedText {
 public:
  /// @param most       Bytes that are kept.
  /// @param size_hint  Bytes that the file is said to have; only a hint.
  BoundedText(std::uint64_t most, std::uint64_t size_hint) : most_(most) {
    text_.reserve(std::min({most, size_hint, kMaxReserveBytes}));
  }

  /// False, and nothing is kept from then on, once the bytes are too many.
  bool append(ByteView chunk) {
    if (chunk.size() > most_ - text_.size()) {
      text_ = std::string();
      most_ = 0;
      return false;
    }
    text_.append(as_text(chunk));
    return true;
  }

  std::uint64_t most() const { return most_; }
  const std::string& text() const { return text_; }
  std::string take() && { return std::move(text_); }

 private:
  // A header may claim any size: memory is taken for no more than this before the bytes are there.
  static constexpr std::uint64_t kMaxReserveBytes = 1 << 20;

  std::uint64_t most_;
  std::string text_;
};

}  // namespace bulkhead::catalog
