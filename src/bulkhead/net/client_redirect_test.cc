// Where a credential goes and where it does not, and which redirects are followed.
#include "bulkhead/net/client_test.h"

#include <fmt/format.h>

#include "tests/support/http_server.h"
#include "tests/support/test_tools.h"

namespace bulkhead::net {
namespace {

using test_support::HttpCall;
using test_support::HttpReply;
using test_support::HttpServer;
using test_support::HttpServerOptions;

class Redirects : public testing::Test {
 protected:
  Redirects()
      : other_([](const HttpCall&, HttpReply& reply) { reply.answer(200, {}, "other"); }),
        first_([](const HttpCall& call, HttpReply& reply) {
          if (call.target == "/end") return reply.answer(200, {}, "end");
          const std::size_t query = call.target.find('?');
          const int status = std::stoi(call.target.substr(1, 3));
          reply.answer(status, {"Location: " + call.target.substr(query + 1)}, "moved");
        }) {}

  HttpServer other_;
  HttpServer first_;
  TestRun run_;
};

TEST_F(Redirects, KeepTheCredentialOnlyWithItsHostAndPort) {
  struct Case {
    const char* why;
    std::string location;
    HttpServer& arrives;
    bool has_credential;
  };
  const Case cases[] = {
      {"the same server", first_.url("/end"), first_, true},
      {"a path alone", "/end", first_, true},
      {"another port", other_.url("/end"), other_, false},
      {"another name of the same machine", first_.url("/end", "localhost"), first_, false},
      {"away and back again", first_.url("/307?", "localhost") + first_.url("/end"), first_, false},
  };
  const auto client = run_.client();
  for (const int status : {301, 302, 303, 307, 308}) {
    for (const Case& c : cases) {
      SCOPED_TRACE(fmt::format("{} by {}", c.why, status));
      const auto answer =
          client->fetch({.url = first_.url(fmt::format("/{}?{}", status, c.location)),
                         .headers = {{"Range", "bytes=1-"}},
                         .authorization = "Bearer token"},
                        100);
      ASSERT_TRUE(answer) << describe(answer.error());
      EXPECT_EQ(answer->head.status, 200);
      const std::vector<HttpCall> calls = c.arrives.calls();
      EXPECT_EQ(calls.back().method, "GET");
      EXPECT_EQ(calls.back().target, "/end");
      EXPECT_EQ(calls.back().header("authorization"), c.has_credential ? "Bearer token" : "");
      EXPECT_EQ(calls.back().header("range"), "bytes=1-") << "other headers go along";
    }
  }
  for (const HttpCall& call : other_.calls()) EXPECT_EQ(call.header("authorization"), "");
}

TEST_F(Redirects, AreCountedAcrossServers) {
  HttpServer* next = nullptr;
  const auto bounce = [&next](const HttpCall&, HttpReply& reply) {
    reply.answer(302, {"Location: " + next->url("/")});
  };
  HttpServer here(bounce);
  HttpServer there([&here](const HttpCall&, HttpReply& reply) {
    reply.answer(302, {"Location: " + here.url("/")});
  });
  next = &there;
  const auto answer = run_.client()->fetch({.url = here.url("/")}, 100);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::limit_exceeded);
  EXPECT_EQ(here.calls().size() + there.calls().size(), 11U);
}

TEST_F(Redirects, ShareTheTriesOfTheirRequest) {
  std::atomic<int> refusals = 0;
  HttpServer busy([&](const HttpCall&, HttpReply& reply) {
    ++refusals;
    reply.answer(503);
  });
  const auto answer = run_.client()->fetch({.url = first_.url("/307?" + busy.url("/"))}, 100);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->head.status, 503);
  EXPECT_EQ(answer->head.url, busy.url("/"));
  EXPECT_EQ(refusals, 3);
}

TEST_F(Redirects, NeverLeadFromHttpsToHttp) {
  const test_support::TemporaryFolder folder;
  if (!test_support::make_certificates(folder.path(""))) GTEST_SKIP() << "there is no openssl";
  HttpServer safe(
      [this](const HttpCall& call, HttpReply& reply) {
        if (call.target == "/end") return reply.answer(200, {}, "end");
        reply.answer(302, {"Location: " + (call.target == "/down" ? other_.url("/") : "/end")});
      },
      {.certificate = folder.path("server.pem"), .key = folder.path("server.key")});
  ClientOptions options = TestRun::quick_options();
  options.ca_file = folder.path("ca.pem");
  const auto client = run_.client(options);
  const auto down = client->fetch({.url = safe.url("/down")}, 100);
  ASSERT_FALSE(down);
  EXPECT_NE(down.error().what.find("https does not lead to http"), std::string::npos)
      << describe(down.error());
  EXPECT_TRUE(other_.calls().empty());
  const auto across = client->fetch({.url = safe.url("/across")}, 100);
  ASSERT_TRUE(across) << describe(across.error());
  EXPECT_EQ(across->body, "end");
  // From http to https is no loss, but the credential stays behind.
  const auto up = client->fetch(
      {.url = first_.url("/307?" + safe.url("/end")), .authorization = "Basic abc"}, 100);
  ASSERT_TRUE(up) << describe(up.error());
  EXPECT_EQ(safe.calls().back().header("authorization"), "");
}

}  // namespace
}  // namespace bulkhead::net
