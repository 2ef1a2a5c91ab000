#include "bulkhead/net/client_test.h"

#include <thread>

#include "tests/support/http_server.h"
#include "tests/support/test_tools.h"

namespace bulkhead::net {
namespace {

using test_support::HttpCall;
using test_support::HttpReply;
using test_support::HttpServer;

TEST(Client, FetchesAnAnswer) {
  HttpServer server(
      [](const HttpCall&, HttpReply& reply) { reply.answer(404, {"X-Kind: plain"}, "hello"); });
  TestRun run;
  const auto answer = run.client()->fetch({.url = server.url("/a?b=c")}, 100);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->head.status, 404) << "an answer of any status is an answer";
  EXPECT_EQ(answer->head.header("x-kind"), "plain");
  EXPECT_EQ(answer->head.url, server.url("/a?b=c"));
  EXPECT_EQ(answer->body, "hello");
}

TEST(Client, SendsWhatTheRequestSays) {
  HttpServer server([](const HttpCall&, HttpReply& reply) { reply.answer(201); });
  TestRun run;
  const auto answer = run.client()->fetch({.method = "POST",
                                           .url = server.url("/token"),
                                           .headers = {{"X-One", "1"}, {"X-Empty", ""}},
                                           .authorization = "Basic abc",
                                           .body = std::string("a=b\0c", 5)},
                                          100);
  ASSERT_TRUE(answer) << describe(answer.error());
  const HttpCall call = server.calls().at(0);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.target, "/token");
  EXPECT_EQ(call.header("x-one"), "1");
  EXPECT_EQ(call.header("authorization"), "Basic abc");
  EXPECT_TRUE(call.header("user-agent").starts_with("bulkhead/"));
  EXPECT_EQ(call.header("content-type"), "") << "no form's type where none was given";
  EXPECT_EQ(call.body, std::string("a=b\0c", 5));
}

TEST(Client, AsksForTheHeadAlone) {
  HttpServer server([](const HttpCall& call, HttpReply& reply) {
    EXPECT_EQ(call.method, "HEAD");
    reply.send("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
  });
  TestRun run;
  const auto answer = run.client()->fetch({.method = "HEAD", .url = server.url("/")}, 10);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->head.content_length(), 5000U);
  EXPECT_EQ(answer->body, "");
}

TEST(Client, RefusesRequestsThatWouldSmuggleLines) {
  TestRun run;
  const auto client = run.client();
  const HttpRequest requests[] = {
      {.method = "GET / HTTP/1.1\r\nX", .url = "http://127.0.0.1:1/"},
      {.method = "", .url = "http://127.0.0.1:1/"},
      {.url = "http://127.0.0.1:1/", .headers = {{"X", "a\r\nY: b"}}},
      {.url = "http://127.0.0.1:1/", .headers = {{"X: y\r\nZ", "a"}}},
      {.url = "http://127.0.0.1:1/", .authorization = "a\nb"},
      {.url = "http://127.0.0.1:1/\r\nX: y"},
  };
  for (const HttpRequest& request : requests) {
    const auto answer = client->fetch(request, 10);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::malformed) << describe(answer.error());
  }
}

TEST(Client, StreamsSeveralBodiesAtOnceOfAnyLengthAndChunk) {
  HttpServer server([](const HttpCall& call, HttpReply& reply) {
    reply.answer(200, {}, long_text(std::stoul(call.target.substr(1))));
  });
  TestRun run;
  const auto client = run.client();
  const std::size_t lengths[] = {0, 1, 65'535, 1 << 20, (5 << 20) + 3};
  std::vector<std::thread> threads;
  for (const std::size_t length : lengths) {
    for (const std::size_t chunk : {13'337UL, 1UL << 20}) {
      threads.emplace_back([&, length, chunk] {
        const auto body = client->open({.url = server.url("/" + std::to_string(length))});
        ASSERT_TRUE(body) << describe(body.error());
        EXPECT_EQ((*body)->head().content_length(), length);
        const auto text = read_body(**body, chunk);
        ASSERT_TRUE(text) << describe(text.error());
        EXPECT_TRUE(*text == long_text(length)) << length << " by " << chunk;
        std::byte one{};
        EXPECT_EQ((*body)->read({&one, 1}), 0U) << "the end stays the end";
      });
    }
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Client, HoldsTheServerBackWhereTheReaderIsSlow) {
  std::atomic<std::size_t> sent = 0;
  HttpServer server([&](const HttpCall&, HttpReply& reply) {
    const std::string block(1 << 20, 'x');
    reply.send("HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n");
    while (sent < 64 && reply.send(block)) ++sent;
  });
  TestRun run;
  const auto client = run.client();
  const auto body = client->open({.url = server.url("/")});
  ASSERT_TRUE(body) << describe(body.error());
  // Longer than a stall would last: who is held back has not stalled.
  std::this_thread::sleep_for(std::chrono::milliseconds(2000));
  EXPECT_LT(sent, 32U) << "MiB: the kernel's buffers and our own";
  const auto text = read_body(**body);
  ASSERT_TRUE(text) << describe(text.error());
  EXPECT_EQ(text->size(), 64UL << 20);
}

TEST(Client, UsesAConnectionAgain) {
  HttpServer server([](const HttpCall& call, HttpReply& reply) {
    if (call.target == "/from") {
      reply.answer(307, {"Location: /to"}, "over there");
    } else {
      reply.answer(200, {}, "here");
    }
  });
  TestRun run;
  const auto client = run.client();
  for (int i = 0; i < 3; ++i) {
    const auto answer = client->fetch({.url = server.url("/from")}, 100);
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(answer->body, "here");
    EXPECT_EQ(answer->head.url, server.url("/to"));
  }
  EXPECT_EQ(server.calls().size(), 6U);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(Client, ClosesTheConnectionOfABodyThatIsLeft) {
  std::atomic<bool> is_closed = false;
  HttpServer server([&](const HttpCall&, HttpReply& reply) {
    reply.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n");
    const std::string block(1 << 20, 'x');
    for (int i = 0; i < 100'000 && !is_closed; ++i) is_closed = !reply.send(block);
  });
  TestRun run;
  const auto client = run.client();
  {
    const auto body = client->open({.url = server.url("/")});
    ASSERT_TRUE(body) << describe(body.error());
    std::byte one{};
    EXPECT_EQ((*body)->read({&one, 1}), 1U);
  }
  for (int i = 0; i < 500 && !is_closed; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(is_closed);
}

TEST(Client, LetsABodyOutliveIt) {
  HttpServer server(
      [](const HttpCall&, HttpReply& reply) { reply.answer(200, {}, long_text(3 << 20)); });
  TestRun run;
  auto body = run.client()->open({.url = server.url("/")});
  ASSERT_TRUE(body) << describe(body.error());
  const auto text = read_body(**body);
  ASSERT_TRUE(text) << describe(text.error());
  EXPECT_EQ(text->size(), 3UL << 20);
}

TEST(Client, SpeaksThroughAUnixSocket) {
  const test_support::TemporaryFolder folder;
  const std::string path = folder.path("engine.sock");
  HttpServer server(
      [](const HttpCall& call, HttpReply& reply) {
        if (call.target == "/moved") return reply.answer(301, {"Location: http://127.0.0.1:1/"});
        reply.answer(200, {}, call.header("host") + call.target);
      },
      {.unix_socket = path});
  TestRun run;
  const auto client = run.client();
  const auto answer = client->fetch({.url = "http://engine/info", .unix_socket = path}, 100);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->body, "engine/info");
  const auto moved = client->fetch({.url = "http://engine/moved", .unix_socket = path}, 100);
  ASSERT_TRUE(moved) << describe(moved.error());
  EXPECT_EQ(moved->head.status, 301) << "a socket's redirects are its caller's";
  const auto none =
      client->fetch({.url = "http://engine/", .unix_socket = folder.path("none.sock")}, 100);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::io);
  EXPECT_EQ(none.error().where, folder.path("none.sock"));
}

/// A proxy is asked for names that need not resolve here; loopback is never asked of it.
TEST(Client, AsksTheProxyOfTheEnvironment) {
  HttpServer proxy([](const HttpCall& call, HttpReply& reply) {
    if (call.method == "CONNECT") {
      reply.answer(403, {}, "not through here");
      return reply.close();
    }
    reply.answer(200, {}, "by proxy: " + call.target);
  });
  HttpServer server([](const HttpCall&, HttpReply& reply) { reply.answer(200, {}, "direct"); });
  TestRun run;
  const auto client = run.client();
  const auto get = [&](const std::string& url) {
    const auto answer = client->fetch({.url = url}, 1000);
    return answer ? answer->body : describe(answer.error());
  };
  ASSERT_EQ(::setenv("HTTP_PROXY", proxy.url("").c_str(), 1), 0);
  ASSERT_EQ(::setenv("HTTPS_PROXY", proxy.url("").c_str(), 1), 0);
  ASSERT_EQ(::setenv("NO_PROXY", "excluded.invalid", 1), 0);
  EXPECT_EQ(get("http://origin.invalid/v2/"), "by proxy: http://origin.invalid/v2/");
  EXPECT_EQ(get(server.url("/")), "direct");
  EXPECT_NE(get("http://excluded.invalid/").find("resolve"), std::string::npos);
  const std::string refused = get("https://origin.invalid/");
  EXPECT_NE(refused.find("403"), std::string::npos) << refused;
  ::unsetenv("HTTP_PROXY");
  ::unsetenv("HTTPS_PROXY");
  ::unsetenv("NO_PROXY");
  EXPECT_TRUE(run.lines().empty()) << "a proxy's refusal is not tried again";
}

}  // namespace
}  // namespace bulkhead::net
