#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bulkhead::net {

/// Whether an answer of this status says "not now": 408, 429, 500, 502, 503, 504.
bool is_passing_status(int status);

/// The wait that a `Retry-After` asks for, in milliseconds: seconds, or one of the three forms of
/// an HTTP date (RFC 9110, 10.2.3 and 5.6.7). A date that has passed gives 0; no sense, nothing.
std::optional<std::uint64_t> parse_retry_after(std::string_view value, std::int64_t now_unix_s);

/// The wait before the retry number `retry` (from 0): `first_ms` doubled each time, at most
/// `most_ms`.
std::uint64_t backoff_ms(unsigned retry, std::uint64_t first_ms, std::uint64_t most_ms);

}  // namespace bulkhead::net
