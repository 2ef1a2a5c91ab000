#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "bulkhead/base/bytes.h"

namespace bulkhead::catalog::executable {

/// Lets a search see whole what the end of a chunk cuts: a place is shown once the `lookahead`
/// bytes that begin there are at hand (or the file has ended). Each place is shown once.
class Overlap {
 public:
  explicit Overlap(std::size_t lookahead) : lookahead_(lookahead) {}

  /// search(std::string_view text, std::uint64_t offset, std::size_t places): `text` begins at
  /// `offset` of the file; the search is for what begins at its first `places` bytes.
  template <class Search>
  void data(ByteView chunk, Search search) {
    const std::string_view text = as_text(chunk);
    if (!tail_.empty()) {
      // Places in the tail, seen with the start of the chunk behind them.
      const std::size_t held = tail_.size();
      tail_.append(text.substr(0, std::min(text.size(), lookahead_ - 1)));
      const std::size_t whole = tail_.size() >= lookahead_ ? tail_.size() - lookahead_ + 1 : 0;
      const std::size_t places = std::min(held, whole);
      if (places > 0) search(std::string_view(tail_), offset_ - held, places);
      if (places < held) {  // a chunk too short to show them all
        tail_.erase(0, places);
        offset_ += text.size();
        return;
      }
      tail_.clear();
    }
    const std::size_t places = text.size() >= lookahead_ ? text.size() - lookahead_ + 1 : 0;
    if (places > 0) search(text, offset_, places);
    tail_.assign(text.substr(places));
    offset_ += text.size();
  }

  /// Shows the places that are left, with what there is behind them.
  template <class Search>
  void end(Search search) {
    if (!tail_.empty()) search(std::string_view(tail_), offset_ - tail_.size(), tail_.size());
    tail_.clear();
  }

  /// Where the next chunk begins.
  std::uint64_t offset() const { return offset_; }

 private:
  std::size_t lookahead_;
  std::uint64_t offset_ = 0;
  std::string tail_;  // the last bytes, whose places were not shown yet: fewer than lookahead_
};

}  // namespace bulkhead::catalog::executable
