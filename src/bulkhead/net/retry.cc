#include "bulkhead/net/retry.h"

#include <algorithm>
#include <string>

#include <curl/curl.h>

#include "bulkhead/base/text.h"

namespace bulkhead::net {
namespace {

// A week: what is longer is as good as for ever, and a product of it stays small.
constexpr std::uint64_t kMostSeconds = 604800;
// "Sunday, 06-Nov-94 08:49:37 GMT" has 30; what is longer is no date.
constexpr std::size_t kMostDateBytes = 64;

}  // namespace

bool is_passing_status(int status) {
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
         status == 504;
}

std::optional<std::uint64_t> parse_retry_after(std::string_view value, std::int64_t now_unix_s) {
  value = trim(value);
  if (value.empty()) return std::nullopt;
  if (value.find_first_not_of("0123456789") == std::string_view::npos) {
    std::uint64_t seconds = 0;
    for (const char digit : value) {
      seconds = std::min(seconds * 10 + static_cast<std::uint64_t>(digit - '0'), kMostSeconds);
    }
    return seconds * 1000;
  }
  // All three forms of a date begin with the day's name; curl takes much more than these.
  const bool is_letter =
      (value[0] >= 'A' && value[0] <= 'Z') || (value[0] >= 'a' && value[0] <= 'z');
  if (!is_letter || value.size() > kMostDateBytes || value.contains('\0')) return std::nullopt;
  const time_t at = curl_getdate(std::string(value).c_str(), nullptr);
  if (at < 0) return std::nullopt;
  if (at <= now_unix_s) return 0;
  return std::min(static_cast<std::uint64_t>(at - now_unix_s), kMostSeconds) * 1000;
}

std::uint64_t backoff_ms(unsigned retry, std::uint64_t first_ms, std::uint64_t most_ms) {
  std::uint64_t wait = first_ms;
  for (unsigned i = 0; i < retry && wait < most_ms; ++i) wait *= 2;
  return std::min(wait, most_ms);
}

}  // namespace bulkhead::net
