// Every wait ends within half a second after the run was cancelled.
#include "bulkhead/net/client_test.h"

#include <thread>

#include "tests/support/http_server.h"

namespace bulkhead::net {
namespace {

using test_support::HttpCall;
using test_support::HttpReply;
using test_support::HttpServer;

constexpr std::chrono::milliseconds kUntilCancel(200);
// Half a second, and what a busy machine may add.
constexpr std::chrono::milliseconds kPatience(1000);

void expect_cancelled(const Error& error) {
  EXPECT_EQ(error.code, Code::io);
  EXPECT_EQ(error.what, "cancelled");
}

/// Calls `wait` on this thread, and cancels meanwhile.
template <class Wait>
void expect_to_end(TestRun& run, Wait wait) {
  std::thread canceller([&run] {
    std::this_thread::sleep_for(kUntilCancel);
    run.cancel();
  });
  const auto start = std::chrono::steady_clock::now();
  const auto result = wait();
  EXPECT_LT(since(start), kUntilCancel + kPatience);
  EXPECT_GE(since(start), kUntilCancel);
  canceller.join();
  ASSERT_FALSE(result);
  expect_cancelled(result.error());
}

ClientOptions patient_options() { return {.stall_timeout_ms = 60'000}; }

TEST(ClientCancel, EndsTheWaitForAHead) {
  HttpServer server([](const HttpCall&, HttpReply& reply) { reply.wait_ms(20'000); });
  TestRun run;
  const auto client = run.client(patient_options());
  expect_to_end(run, [&] { return client->fetch({.url = server.url("/")}, 10); });
  EXPECT_TRUE(run.lines().empty());
}

TEST(ClientCancel, EndsTheWaitForAStalledBody) {
  HttpServer server([](const HttpCall&, HttpReply& reply) {
    reply.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx");
    reply.wait_ms(20'000);
  });
  TestRun run;
  const auto client = run.client(patient_options());
  const auto body = client->open({.url = server.url("/")});
  ASSERT_TRUE(body) << describe(body.error());
  expect_to_end(run, [&] { return read_body(**body); });
}

TEST(ClientCancel, EndsTheWaitBeforeARetry) {
  HttpServer server(
      [](const HttpCall&, HttpReply& reply) { reply.answer(429, {"Retry-After: 30"}); });
  TestRun run;
  const auto client = run.client(patient_options());
  expect_to_end(run, [&] { return client->fetch({.url = server.url("/")}, 10); });
  EXPECT_EQ(run.lines().size(), 1U);
}

TEST(ClientCancel, EndsTheWaitForAConnection) {
  TestRun run;
  const auto client = run.client(patient_options());
  // RFC 5737's block for documentation: packets to it are lost, or refused at once.
  const auto start = std::chrono::steady_clock::now();
  std::thread canceller([&run] {
    std::this_thread::sleep_for(kUntilCancel);
    run.cancel();
  });
  EXPECT_FALSE(client->fetch({.url = "http://192.0.2.1/"}, 10));
  canceller.join();
  EXPECT_LT(since(start), kUntilCancel + kPatience);
}

TEST(ClientCancel, EndsAtOnceWhereItWasCancelledBefore) {
  HttpServer server([](const HttpCall&, HttpReply& reply) { reply.wait_ms(20'000); });
  TestRun run;
  run.cancel();
  const auto start = std::chrono::steady_clock::now();
  const auto answer = run.client(patient_options())->fetch({.url = server.url("/")}, 10);
  ASSERT_FALSE(answer);
  expect_cancelled(answer.error());
  EXPECT_LT(since(start), kPatience);
}

TEST(ClientCancel, EndsABodyThatFlows) {
  HttpServer server([](const HttpCall&, HttpReply& reply) {
    reply.send("HTTP/1.1 200 OK\r\n\r\n");
    const std::string block(1 << 20, 'x');
    for (int i = 0; i < 100'000 && reply.send(block); ++i) {
    }
  });
  TestRun run;
  const auto client = run.client(patient_options());
  const auto body = client->open({.url = server.url("/")});
  ASSERT_TRUE(body) << describe(body.error());
  std::vector<std::byte> chunk(64 << 10);
  expect_to_end(run, [&] {
    Result<std::size_t> count = (*body)->read(chunk);
    while (count && *count > 0) count = (*body)->read(chunk);
    return count;
  });
}

}  // namespace
}  // namespace bulkhead::net
