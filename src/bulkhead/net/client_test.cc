#include <gtest/gtest.h>

#include "bulkhead/net/http.h"
#include "tests/support/http_server.h"

namespace bulkhead::net {
namespace {

using test_support::HttpCall;
using test_support::HttpReply;
using test_support::HttpServer;

TEST(Client, FetchesAnAnswer) {
  HttpServer server(
      [](const HttpCall&, HttpReply& reply) { reply.answer(200, {"X-Kind: plain"}, "hello"); });
  const RunContext context = quiet_context();
  const auto client = Client::create({}, context);
  ASSERT_TRUE(client);
  const auto answer = (*client)->fetch({.url = server.url("/a")}, 100);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->head.status, 200);
  EXPECT_EQ(answer->head.header("x-kind"), "plain");
  EXPECT_EQ(answer->body, "hello");
}

}  // namespace
}  // namespace bulkhead::net
