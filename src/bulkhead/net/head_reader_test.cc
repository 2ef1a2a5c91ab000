#include "bulkhead/net/head_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace bulkhead::net {
namespace {

Result<HttpHead> read_head(const std::vector<std::string>& lines) {
  HeadReader reader;
  for (const std::string& line : lines) BH_CHECK(reader.add_line(line + "\r\n"));
  if (!reader.is_complete()) return fail(Code::truncated, "incomplete");
  return reader.head();
}

TEST(HeadReader, CollectsAHead) {
  const auto head = read_head({"HTTP/1.1 200 OK", "Content-Length: 12", "X-Empty:", "x-two:  a ",
                               "X-Two: b", "no colon", "", "Trailer: late"});
  ASSERT_TRUE(head) << describe(head.error());
  EXPECT_EQ(head->status, 200);
  ASSERT_EQ(head->headers.size(), 4U);
  EXPECT_EQ(head->header("X-TWO"), "a");
  EXPECT_EQ(head->header("x-empty"), "");
  EXPECT_EQ(head->header("trailer"), std::nullopt);
  EXPECT_EQ(head->content_length(), 12U);
}

TEST(HeadReader, KnowsTheLengthOnlyWhereItIsANumber) {
  for (const char* bad : {"", "-1", "1x", "0x10", "18446744073709551616", "1, 1", "+1"}) {
    const auto head = read_head({"HTTP/1.1 200 OK", std::string("Content-Length: ") + bad, ""});
    ASSERT_TRUE(head);
    EXPECT_EQ(head->content_length(), std::nullopt) << bad;
  }
}

TEST(HeadReader, PassesOverInterimAnswers) {
  const auto head = read_head({"HTTP/1.1 103 Early Hints", "Link: x", "", "HTTP/1.1 204", ""});
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 204);
  EXPECT_TRUE(head->headers.empty());
}

TEST(HeadReader, RefusesWhatIsNoHead) {
  for (const char* bad :
       {"", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 2x0 OK", "HTTP/1.1 20", "ICY 200"}) {
    const auto head = read_head({bad, ""});
    ASSERT_FALSE(head) << bad;
    EXPECT_EQ(head.error().code, Code::malformed) << bad;
  }
}

TEST(HeadReader, BoundsHeaders) {
  HeadReader many;
  ASSERT_TRUE(many.add_line("HTTP/1.1 200 OK\r\n"));
  for (std::size_t i = 0; i < kMostHeaders; ++i) ASSERT_TRUE(many.add_line("a: b\r\n"));
  EXPECT_EQ(many.add_line("a: b\r\n").error().code, Code::limit_exceeded);

  HeadReader interim;  // an endless row of small interim answers
  Result<void> taken;
  for (int i = 0; taken && i < 100'000; ++i) {
    taken = interim.add_line("HTTP/1.1 100 Continue\r\n");
    if (taken) taken = interim.add_line("\r\n");
  }
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Code::limit_exceeded);
}

}  // namespace
}  // namespace bulkhead::net
