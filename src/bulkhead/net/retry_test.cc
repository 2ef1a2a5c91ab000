#include "bulkhead/net/retry.h"

#include <string>

#include <gtest/gtest.h>

namespace bulkhead::net {
namespace {

TEST(Retry, ReadsRetryAfter) {
  constexpr std::int64_t now = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT, RFC 9110's example
  struct Case {
    const char* why;
    std::string value;
    std::optional<std::uint64_t> wait_ms;
  };
  const Case cases[] = {
      {"seconds", "120", 120'000},
      {"at once", "0", 0},
      {"spaces around", " 3\t", 3000},
      {"more than a week is a week", "99999999999999999999999999", 604'800'000},
      {"the date of today's servers", "Sun, 06 Nov 1994 08:49:47 GMT", 10'000},
      {"RFC 850", "Sunday, 06-Nov-94 08:49:47 GMT", 10'000},
      {"asctime", "Sun Nov  6 08:49:47 1994", 10'000},
      {"a date that has passed", "Sun, 06 Nov 1994 08:00:00 GMT", 0},
      {"a date far away is a week", "Fri, 01 Jan 2100 00:00:00 GMT", 604'800'000},
      {"nothing", "", std::nullopt},
      {"a sign", "-5", std::nullopt},
      {"a fraction", "1.5", std::nullopt},
      {"a unit", "10s", std::nullopt},
      {"words", "tomorrow", std::nullopt},
      {"a day that is none", "Sun, 99 Nov 1994 08:49:47 GMT", std::nullopt},
      {"a hidden end", std::string("Sun, 06 Nov 1994 08:49:47 GMT\0x", 31), std::nullopt},
      {"too long", "Sun, " + std::string(500, ' ') + "06 Nov 1994 08:49:47 GMT", std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(parse_retry_after(c.value, now), c.wait_ms) << c.why;
}

TEST(Retry, DoublesTheWaitUpToItsBound) {
  EXPECT_EQ(backoff_ms(0, 500, 60'000), 500U);
  EXPECT_EQ(backoff_ms(1, 500, 60'000), 1000U);
  EXPECT_EQ(backoff_ms(3, 500, 60'000), 4000U);
  EXPECT_EQ(backoff_ms(7, 500, 60'000), 60'000U);
  EXPECT_EQ(backoff_ms(4'000'000'000U, 500, 60'000), 60'000U);
  EXPECT_EQ(backoff_ms(0, 500, 100), 100U);
  EXPECT_EQ(backoff_ms(9, 0, 100), 0U);
}

TEST(Retry, KnowsWhatPasses) {
  for (const int status : {408, 429, 500, 502, 503, 504}) EXPECT_TRUE(is_passing_status(status));
  for (const int status : {200, 301, 400, 401, 403, 404, 501, 505}) {
    EXPECT_FALSE(is_passing_status(status)) << status;
  }
}

}  // namespace
}  // namespace bulkhead::net
