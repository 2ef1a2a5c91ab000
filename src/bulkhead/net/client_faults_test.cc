// What each kind of misbehaviour of a server gives: the table of docs/network.md.
#include "bulkhead/net/client_test.h"

#include <thread>

#include "tests/support/http_server.h"

namespace bulkhead::net {
namespace {

using test_support::HttpCall;
using test_support::HttpReply;
using test_support::HttpServer;

/// What a server does at its n-th request, from 0.
using Act = void (*)(HttpReply& reply, std::size_t n);

struct Fault {
  const char* why;
  Act act;
  int status;            // of the answer; 0: an error
  const char* text;      // in the body, or in the error's line
  Code code;             // of the error
  std::size_t requests;  // that the server has seen at the end
  int least_ms = 0;      // that it took
  const char* method = "GET";
};

constexpr std::uint64_t kMostBytes = 1 << 20;

void send_endlessly(HttpReply& reply, std::string_view piece) {
  for (int i = 0; i < 1'000'000 && reply.send(piece); ++i) {
  }
}

const Fault kFaults[] = {
    {"a body shorter than its Content-Length is truncated, after tries",
     [](HttpReply& reply, std::size_t) {
       reply.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
       reply.close();
     },
     0, "91 bytes remaining", Code::truncated, 3},
    {"a body that is whole at the second try",
     [](HttpReply& reply, std::size_t n) {
       reply.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
       reply.send(n == 0 ? "only" : "all of it");
       reply.close();
     },
     200,
     "all of it",
     {},
     2},
    {"a chunked body without its end is truncated",
     [](HttpReply& reply, std::size_t) {
       reply.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
       reply.close();
     },
     0, "http: ", Code::truncated, 3},
    {"a chunk's length that is no number",
     [](HttpReply& reply, std::size_t) {
       reply.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n");
       reply.close();
     },
     0, "http: ", Code::io, 3},
    {"a body longer than its Content-Length ends where it said",
     [](HttpReply& reply, std::size_t) {
       reply.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody and more");
       reply.close();
     },
     200,
     "body",
     {},
     1},
    {"a length that is no number",
     [](HttpReply& reply, std::size_t) {
       reply.send("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nbody");
       reply.close();
     },
     0, "http: ", Code::io, 1},
    {"a length past the bound is refused at once",
     [](HttpReply& reply, std::size_t) {
       reply.send("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n");
       send_endlessly(reply, std::string(1 << 16, '{'));
     },
     0, "longer than 1048576 bytes", Code::limit_exceeded, 1},
    {"an endless body is read up to the bound",
     [](HttpReply& reply, std::size_t) {
       reply.send("HTTP/1.1 200 OK\r\n\r\n");
       send_endlessly(reply, std::string(1 << 16, '{'));
     },
     0, "longer than 1048576 bytes", Code::limit_exceeded, 1},
    {"endless headers",
     [](HttpReply& reply, std::size_t) {
       reply.send("HTTP/1.1 200 OK\r\n");
       send_endlessly(reply, "X-Same: " + std::string(1000, 'x') + "\r\n");
     },
     0, "headers", Code::limit_exceeded, 1},
    {"one endless header",
     [](HttpReply& reply, std::size_t) {
       reply.send("HTTP/1.1 200 OK\r\nX-Long: ");
       send_endlessly(reply, std::string(1 << 16, 'x'));
     },
     0, "headers", Code::limit_exceeded, 1},
    {"429 and then an answer: waits as Retry-After says, at most most_wait_ms",
     [](HttpReply& reply, std::size_t n) {
       if (n == 0) return reply.answer(429, {"Retry-After: 1"}, "later");
       reply.answer(200, {}, "now");
     },
     200,
     "now",
     {},
     2,
     300},
    {"429 with a date that has passed: at once",
     [](HttpReply& reply, std::size_t n) {
       if (n == 0) return reply.answer(429, {"Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"});
       reply.answer(200, {}, "now");
     },
     200,
     "now",
     {},
     2},
    {"429 for ever, without Retry-After: the last one is the answer",
     [](HttpReply& reply, std::size_t) { reply.answer(429, {}, "too many requests"); },
     429,
     "too many requests",
     {},
     3,
     30},
    {"500 and then an answer",
     [](HttpReply& reply, std::size_t n) {
       if (n == 0) return reply.answer(500, {}, "oops");
       reply.answer(200, {}, "fine");
     },
     200,
     "fine",
     {},
     2,
     10},
    {"503 with a long page, and then an answer",
     [](HttpReply& reply, std::size_t n) {
       if (n == 0) return reply.answer(503, {}, std::string(10 << 20, 'p'));
       reply.answer(200, {}, "fine");
     },
     200,
     "fine",
     {},
     2,
     10},
    {"404 is an answer",
     [](HttpReply& reply, std::size_t) { reply.answer(404, {}, "no such name"); },
     404,
     "no such name",
     {},
     1},
    {"a POST is never repeated",
     [](HttpReply& reply, std::size_t) { reply.answer(503, {}, "busy"); },
     503,
     "busy",
     {},
     1,
     0,
     "POST"},
    {"a POST's redirect is its caller's",
     [](HttpReply& reply, std::size_t) { reply.answer(307, {"Location: /x"}, "there"); },
     307,
     "there",
     {},
     1,
     0,
     "POST"},
    {"a reset before the answer, and then an answer",
     [](HttpReply& reply, std::size_t n) {
       if (n == 0) return reply.reset();
       reply.answer(200, {}, "fine");
     },
     200,
     "fine",
     {},
     2,
     10},
    {"the connection closes without an answer",
     [](HttpReply& reply, std::size_t) { reply.close(); }, 0, "Empty reply", Code::io, 3},
    {"no HTTP at all",
     [](HttpReply& reply, std::size_t) {
       reply.send("SSH-2.0-OpenSSH_9.2\r\n");
       reply.close();
     },
     0, "http: ", Code::io, 1},
    {"nothing is answered", [](HttpReply& reply, std::size_t) { reply.wait_ms(20'000); }, 0,
     "stopped sending", Code::io, 3, 4500},
    {"a body stalls; the next try is fine",
     [](HttpReply& reply, std::size_t n) {
       reply.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nall ");
       if (n == 0) reply.wait_ms(20'000);
       reply.send("of it");
     },
     200,
     "all of it",
     {},
     2,
     1500},
    {"a slow body is waited for",
     [](HttpReply& reply, std::size_t) {
       reply.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
       for (const char* piece : {"s", "l", "o", "w"}) {
         reply.send(piece);
         reply.wait_ms(500);
       }
     },
     200,
     "slow",
     {},
     1,
     1500},
    {"a redirect that leads to itself",
     [](HttpReply& reply, std::size_t) { reply.answer(302, {"Location: /again"}); }, 0,
     "more than 10 redirects", Code::limit_exceeded, 11},
    {"a redirect to a file of this machine",
     [](HttpReply& reply, std::size_t) { reply.answer(302, {"Location: file:///etc/passwd"}); }, 0,
     "scheme file", Code::unsupported, 1},
    {"a redirect to nowhere",
     [](HttpReply& reply, std::size_t) { reply.answer(302, {"Location: http://"}); }, 0,
     "not a URL", Code::malformed, 1},
    {"a redirect without a place is an answer",
     [](HttpReply& reply, std::size_t) { reply.answer(302, {}, "where?"); },
     302,
     "where?",
     {},
     1},
    {"303 leads on as a GET",
     [](HttpReply& reply, std::size_t n) {
       if (n == 0) return reply.answer(303, {"Location: other"});
       reply.answer(200, {}, "other");
     },
     200,
     "other",
     {},
     2},
    {"interim answers come first",
     [](HttpReply& reply, std::size_t) {
       reply.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
       reply.answer(200, {}, "final");
     },
     200,
     "final",
     {},
     1},
    {"endless interim answers",
     [](HttpReply& reply, std::size_t) { send_endlessly(reply, "HTTP/1.1 100 Continue\r\n\r\n"); },
     0, "headers", Code::limit_exceeded, 1},
};

void check(const Fault& fault) {
  SCOPED_TRACE(fault.why);
  std::atomic<std::size_t> requests = 0;
  HttpServer server([&](const HttpCall&, HttpReply& reply) { fault.act(reply, requests++); });
  TestRun run;
  const auto start = std::chrono::steady_clock::now();
  const auto answer = run.client()->fetch(
      {.method = fault.method, .url = server.url("/path?secret=1")}, kMostBytes);
  const auto took = since(start);
  EXPECT_EQ(requests, fault.requests);
  EXPECT_GE(took.count(), fault.least_ms);
  EXPECT_LT(took.count(), fault.least_ms + 5000);
  if (fault.status != 0) {
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(answer->head.status, fault.status);
    EXPECT_EQ(answer->body, fault.text);
    return;
  }
  ASSERT_FALSE(answer);
  const std::string line = describe(answer.error());
  EXPECT_EQ(answer.error().code, fault.code) << line;
  EXPECT_NE(line.find(fault.text), std::string::npos) << line;
  EXPECT_NE(line.find("127.0.0.1"), std::string::npos) << line;
  EXPECT_EQ(line.find("secret"), std::string::npos) << line;
}

TEST(ClientFaults, GiveWhatTheTableSays) {
  std::vector<std::thread> threads;  // most of them wait
  for (const Fault& fault : kFaults) threads.emplace_back([&fault] { check(fault); });
  for (std::thread& thread : threads) thread.join();
}

TEST(ClientFaults, ABodyThatBreaksIsItsReadersToGoOnWith) {
  HttpServer server([](const HttpCall&, HttpReply& reply) {
    reply.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + std::string(400'000, 'x'));
    reply.close();
  });
  TestRun run;
  const auto body = run.client()->open({.url = server.url("/blob")});
  ASSERT_TRUE(body) << describe(body.error());
  std::vector<std::byte> chunk(10'000);
  std::size_t seen = 0;
  Result<std::size_t> count = (*body)->read(chunk);
  for (; count && *count > 0; count = (*body)->read(chunk)) seen += *count;
  EXPECT_EQ(seen, 400'000U) << "all that came is given before the error";
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().code, Code::truncated);
  EXPECT_EQ(count.error().where, server.url("/blob"));
  EXPECT_EQ(server.calls().size(), 1U);
}

TEST(ClientFaults, ATrickleIsNoBody) {
  HttpServer server([](const HttpCall&, HttpReply& reply) {
    reply.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    for (int i = 0; i < 1000 && reply.send("x"); ++i) reply.wait_ms(50);
  });
  TestRun run;
  ClientOptions options = TestRun::quick_options();
  options.stall_timeout_ms = 300;
  options.retries = 0;
  const auto start = std::chrono::steady_clock::now();
  const auto answer = run.client(options)->fetch({.url = server.url("/")}, 10 << 20);
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().what.find("stopped sending"), std::string::npos);
  EXPECT_LT(since(start).count(), 6000);
}

TEST(ClientFaults, LogsEachTry) {
  HttpServer server([](const HttpCall&, HttpReply& reply) { reply.answer(503); });
  TestRun run;
  EXPECT_TRUE(run.client()->fetch({.url = server.url("/v2/?token=secret")}, 10));
  EXPECT_EQ(
      run.lines(),
      (std::vector<std::string>{
          server.url("/v2/?...: http: the server answered 503; trying again in 0.0 s (1 of 2)"),
          server.url("/v2/?...: http: the server answered 503; trying again in 0.0 s (2 of 2)"),
      }));
}

TEST(ClientFaults, SaysWhyThereIsNoConnection) {
  std::string url;
  {
    const HttpServer gone([](const HttpCall&, HttpReply&) {});
    url = gone.url("/v2/");
  }
  TestRun run;
  const auto answer = run.client()->fetch({.url = url}, 10);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().where, url);
  EXPECT_NE(answer.error().what.find("refused"), std::string::npos) << answer.error().what;
  EXPECT_EQ(run.lines().size(), 2U);
}

/// Control characters of a server never reach a terminal: messages hold none.
TEST(ClientFaults, MessagesHaveNoControlCharacters) {
  const std::string evil = "\x1b[2J\x07\xe2\x80\xae";
  HttpServer server([&](const HttpCall&, HttpReply& reply) {
    reply.answer(302, {"Location: ftp://" + evil + "/" + evil});
  });
  TestRun run;
  const auto answer = run.client()->fetch({.url = server.url("/")}, 10);
  ASSERT_FALSE(answer);
  const std::string line = describe(answer.error());
  for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << line;
  EXPECT_EQ(line.find("\xe2\x80\xae"), std::string::npos) << line;
}

}  // namespace
}  // namespace bulkhead::net
