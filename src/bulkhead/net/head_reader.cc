#include "bulkhead/net/head_reader.h"

#include <fmt/format.h>

#include "bulkhead/base/text.h"

namespace bulkhead::net {
namespace {

/// The status of "HTTP/1.1 200 OK" or "HTTP/2 200".
std::optional<int> parse_status_line(std::string_view line) {
  if (!line.starts_with("HTTP/")) return std::nullopt;
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view digits = trim(line.substr(space)).substr(0, 3);
  if (digits.size() != 3 || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  return (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
}

}  // namespace

Result<void> HeadReader::add_line(std::string_view line) {
  seen_bytes_ += line.size();
  if (seen_bytes_ > kMostHeadBytes) {
    return fail(Code::limit_exceeded,
                fmt::format("http: more than {} bytes of headers", kMostHeadBytes));
  }
  if (is_complete_) return {};
  line = trim(line);
  if (!is_in_head_) {
    const std::optional<int> status = parse_status_line(line);
    if (!status) return fail(Code::malformed, "http: the answer has no status line");
    head_.status = *status;
    head_.headers.clear();
    is_in_head_ = true;
    return {};
  }
  if (line.empty()) {
    is_in_head_ = false;
    is_complete_ = head_.status >= 200;
    return {};
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  if (head_.headers.size() == kMostHeaders) {
    return fail(Code::limit_exceeded, fmt::format("http: more than {} headers", kMostHeaders));
  }
  head_.headers.push_back(
      {std::string(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1)))});
  return {};
}

}  // namespace bulkhead::net
