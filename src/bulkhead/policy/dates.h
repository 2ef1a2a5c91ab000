#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bulkhead::policy {

/// The first second, UTC, of "2027-01-31"; nothing where that is no day of the calendar.
std::optional<std::int64_t> parse_day(std::string_view text);

/// A time as YAML and JSON documents write it: a day (its first second), or RFC 3339 with "T" or a
/// space, where a missing zone means UTC.
std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace bulkhead::policy
