#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/net/http.h"

namespace bulkhead::net {

/// Collects the lines of an answer's head, as curl gives them (whole lines; HTTP/2 in the form of
/// HTTP/1.1), into an HttpHead. Interim answers (1xx) are passed over; what comes after the head
/// (trailers) is counted and dropped.
class HeadReader {
 public:
  /// @param line  With its line end. Nothing of it is kept but copies.
  /// @error limit_exceeded  More than kMostHeadBytes in all, or too many headers.
  /// @error malformed       No status line where one must be.
  Result<void> add_line(std::string_view line);
  bool is_complete() const { return is_complete_; }
  const HttpHead& head() const { return head_; }

 private:
  HttpHead head_;
  std::size_t seen_bytes_ = 0;
  bool is_in_head_ = false;
  bool is_complete_ = false;
};

}  // namespace bulkhead::net
