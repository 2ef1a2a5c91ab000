#include "bulkhead/policy/dates.h"

#include <string>

#include "bulkhead/base/text.h"

namespace bulkhead::policy {
namespace {

constexpr std::size_t kDayBytes = 10;  // "2027-01-31"

/// base's reader of dates takes the 30th of February for a day of March.
bool is_day(std::string_view text) {
  const std::int64_t unix_s = parse_utc(text);
  return (unix_s > 0 || text == "1970-01-01") && format_utc(unix_s).substr(0, kDayBytes) == text;
}

}  // namespace

std::optional<std::int64_t> parse_day(std::string_view text) {
  if (text.size() != kDayBytes || !is_day(text)) return std::nullopt;
  return parse_utc(text);
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  text = trim(text);
  if (text.size() <= kDayBytes) return parse_day(text);
  if (!is_day(text.substr(0, kDayBytes))) return std::nullopt;
  if (const std::int64_t unix_s = parse_utc(text); unix_s > 0) return unix_s;
  const std::int64_t as_utc = parse_utc(std::string(text) + "Z");
  return as_utc > 0 ? std::optional(as_utc) : std::nullopt;
}

}  // namespace bulkhead::policy
