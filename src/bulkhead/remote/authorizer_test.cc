#include "bulkhead/remote/authorizer.h"

#include <gtest/gtest.h>

#include "bulkhead/base/text.h"
#include "bulkhead/remote/fake_client_test.h"

namespace bulkhead::remote {
namespace {

using std::chrono::seconds;

net::HttpHead refusal(const std::string& challenge) {
  return {401, {{"WWW-Authenticate", challenge}}, "https://h.io/v2/a/manifests/1"};
}

const std::string kBearer = R"(Bearer realm="https://auth.io/token",service="h.io/x y")";

class AuthorizerTest : public testing::Test {
 protected:
  /// An authorizer before a token server that is `server`.
  Authorizer& make(FakeClient::Server server, std::optional<Credential> credential = {},
                   Authorizer::Setup setup = {}) {
    client_ = std::make_shared<FakeClient>(std::move(server));
    setup.scope = "repository:team/a:pull";
    setup.clock = [this] { return now_; };
    authorizer_ = std::make_unique<Authorizer>(client_, std::move(setup), [this, credential] {
      ++looked_;
      return credential;
    });
    return *authorizer_;
  }
  static FakeAnswer token(const std::string& text, const std::string& more = "") {
    return {.body = "{\"token\":\"" + text + "\"" + more + "}"};
  }

  std::shared_ptr<FakeClient> client_;
  std::unique_ptr<Authorizer> authorizer_;
  std::chrono::steady_clock::time_point now_{seconds(1'000'000)};
  int looked_ = 0;
};

TEST_F(AuthorizerTest, AsksForNothingUntilItMust) {
  Authorizer& authorizer = make([](const auto&) { return FakeAnswer{}; });
  EXPECT_EQ(*authorizer.authorization(), "");
  EXPECT_EQ(looked_, 0) << "no credential helper runs for a public registry";
  EXPECT_TRUE(client_->asked().empty());
}

TEST_F(AuthorizerTest, BuysATokenAnonymously) {
  Authorizer& authorizer = make([](const auto&) { return token("T1"); });
  EXPECT_EQ(*authorizer.answer(refusal(kBearer), ""), "Bearer T1");
  ASSERT_EQ(client_->asked().size(), 1U);
  const net::HttpRequest asked = client_->asked()[0];
  EXPECT_EQ(asked.method, "GET");
  EXPECT_EQ(asked.url,
            "https://auth.io/token?scope=repository%3Ateam%2Fa%3Apull"
            "&service=h.io%2Fx%20y");
  EXPECT_EQ(asked.authorization, "");
  EXPECT_EQ(*authorizer.authorization(), "Bearer T1");
  EXPECT_EQ(client_->asked().size(), 1U) << "it is kept";
}

TEST_F(AuthorizerTest, BuysATokenWithAPassword) {
  Authorizer& authorizer =
      make([](const auto&) { return token("T1"); }, Credential{.username = "u", .password = "p:q"});
  EXPECT_EQ(*authorizer.answer(refusal(kBearer), ""), "Bearer T1");
  EXPECT_EQ(client_->asked()[0].authorization, "Basic " + to_base64("u:p:q"));
}

TEST_F(AuthorizerTest, BuysATokenWithARefreshToken) {
  Authorizer& authorizer =
      make([](const auto&) { return FakeAnswer{.body = R"({"access_token":"T2"})"}; },
           Credential{.username = "u", .identity_token = "refresh&me"});
  EXPECT_EQ(*authorizer.answer(refusal(kBearer), ""), "Bearer T2");
  const net::HttpRequest asked = client_->asked()[0];
  EXPECT_EQ(asked.method, "POST");
  EXPECT_EQ(asked.url, "https://auth.io/token");
  EXPECT_EQ(asked.body,
            "grant_type=refresh_token&client_id=bulkhead&service=h.io%2Fx%20y"
            "&scope=repository%3Ateam%2Fa%3Apull&refresh_token=refresh%26me");
  EXPECT_EQ(header_of(asked, "Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(asked.authorization, "");
}

TEST_F(AuthorizerTest, UsesARegistryTokenAsItIs) {
  Authorizer& authorizer = make([](const auto&) { return token("no"); },
                                Credential{.registry_token = "R", .source = "the file"});
  EXPECT_EQ(*authorizer.answer(refusal(kBearer), ""), "Bearer R");
  EXPECT_TRUE(client_->asked().empty());
  const auto again = authorizer.answer(refusal(kBearer), "Bearer R");
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().what.contains("the file"));
}

TEST_F(AuthorizerTest, GivesAPasswordToWhoAsksForOne) {
  Authorizer& authorizer =
      make([](const auto&) { return FakeAnswer{}; },
           Credential{.username = "u", .password = "p", .source = "--username"});
  const std::string basic = "Basic " + to_base64("u:p");
  EXPECT_EQ(*authorizer.answer(refusal("Basic realm=\"x\""), ""), basic);
  EXPECT_EQ(*authorizer.authorization(), basic);
  const auto again = authorizer.answer(refusal("Basic realm=\"x\""), basic);
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().what.contains("--username is refused")) << again.error().what;
  EXPECT_TRUE(client_->asked().empty());
}

TEST_F(AuthorizerTest, PrefersATokenToTellingAPassword) {
  Authorizer& authorizer =
      make([](const auto&) { return token("T1"); }, Credential{.username = "u", .password = "p"});
  EXPECT_EQ(*authorizer.answer(refusal("Basic realm=\"x\", " + kBearer), ""), "Bearer T1");
}

TEST_F(AuthorizerTest, RenewsATokenBeforeItExpires) {
  int sold = 0;
  Authorizer& authorizer =
      make([&](const auto&) { return token("T" + std::to_string(++sold), ",\"expires_in\":300"); });
  EXPECT_EQ(*authorizer.answer(refusal(kBearer), ""), "Bearer T1");
  now_ += seconds(279);
  EXPECT_EQ(*authorizer.authorization(), "Bearer T1");
  now_ += seconds(2);
  EXPECT_EQ(*authorizer.authorization(), "Bearer T2");
  EXPECT_EQ(*authorizer.authorization(), "Bearer T2");
}

TEST_F(AuthorizerTest, ATokenThatSaysNoLifeLivesAMinute) {
  for (const char* life :
       {"", ",\"expires_in\":0", ",\"expires_in\":-5", ",\"expires_in\":\"x\""}) {
    SCOPED_TRACE(life);
    int sold = 0;
    Authorizer& authorizer =
        make([&](const auto&) { return token("T" + std::to_string(++sold), life); });
    EXPECT_EQ(*authorizer.answer(refusal(kBearer), ""), "Bearer T1");
    now_ += seconds(40);
    EXPECT_EQ(*authorizer.authorization(), "Bearer T1");
    now_ += seconds(10);
    EXPECT_EQ(*authorizer.authorization(), "Bearer T2");
  }
}

TEST_F(AuthorizerTest, RenewsATokenThatIsRefused) {
  int sold = 0;
  Authorizer& authorizer = make([&](const auto&) { return token("T" + std::to_string(++sold)); });
  EXPECT_EQ(*authorizer.answer(refusal(kBearer), ""), "Bearer T1");
  EXPECT_EQ(*authorizer.answer(refusal(kBearer), "Bearer T1"), "Bearer T2");
  EXPECT_EQ(*authorizer.answer(refusal(kBearer), "Bearer T1"), "Bearer T2")
      << "of two threads that are refused one renews";
  EXPECT_EQ(sold, 2);
}

TEST_F(AuthorizerTest, TellsNothingToDubiousTokenServers) {
  struct Case {
    std::string realm;
    Authorizer::Setup setup;
    bool is_fine;
    const char* why;
  };
  const Authorizer::Setup kUsual;
  const Authorizer::Setup kInsecure{.may_use_http = true};
  const Authorizer::Setup kLocal{.is_loopback = true};
  const Case cases[] = {
      {"https://auth.io/token", kUsual, true, "https"},
      {"HTTPS://auth.io/token", kUsual, true, "in capitals"},
      {"http://auth.io/token", kUsual, false, "http"},
      {"http://auth.io/token", kInsecure, true, "http with --insecure"},
      {"http://auth.io/token", kLocal, false, "http elsewhere, from a local registry"},
      {"http://127.0.0.1:5/token", kLocal, true, "a local registry's local server"},
      {"http://127.0.0.1:5/token", kUsual, false, "a far registry's pointing at us"},
      {"http://127.0.0.1@evil.io/token", kLocal, false, "a user that looks like a host"},
      {"http://127.0.0.1:5@evil.io/token", kLocal, false, "and a port"},
      {"http://evil.io\\@127.0.0.1/token", kLocal, false, "a backslash"},
      {"file:///etc/passwd", kInsecure, false, "a file"},
      {"gopher://h/x", kInsecure, false, "another protocol"},
      {"/token", kInsecure, false, "no host"},
      {"", kInsecure, false, "nothing"},
      {"https://", kInsecure, false, "an empty host"},
      {"https://a b/", kInsecure, false, "a blank"},
      {"https://h/" + std::string(5000, 'a'), kInsecure, false, "too long"},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.why);
    Authorizer& authorizer = make([](const auto&) { return token("T"); },
                                  Credential{.username = "u", .password = "p"}, row.setup);
    EXPECT_EQ(authorizer.answer(refusal("Bearer realm=\"" + row.realm + "\""), "").has_value(),
              row.is_fine);
    EXPECT_EQ(client_->asked().size(), row.is_fine ? 1U : 0U);
  }
}

TEST_F(AuthorizerTest, SaysWhyThereIsNoToken) {
  struct Case {
    FakeAnswer answer;
    std::string says;
    const char* why;
  };
  const std::string kLong(70'000, 'x');
  const Case cases[] = {
      {{.status = 401, .body = R"({"details":"incorrect username"})"}, "incorrect username", "401"},
      {{.status = 403}, "status 403", "403"},
      {{.status = 500, .body = "oops"}, "status 500", "500"},
      {{.body = "<html>"}, "no JSON", "no JSON"},
      {{.body = "{}"}, "no token", "no token"},
      {{.body = R"({"token":""})"}, "no token", "an empty one"},
      {{.body = R"({"token":"a\r\nX-Evil: b"})"}, "no token", "a header in it"},
      {{.body = "{\"token\":\"" + kLong + "\"}"}, "no token", "too long a one"},
      {{.refused = Error{Code::io, "http: connection refused"}}, "connection refused", "no server"},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.why);
    Authorizer& authorizer =
        make([&](const auto&) { return row.answer; },
             Credential{.username = "u", .password = "hunter22", .source = "/home/u/auth.json"});
    const auto got = authorizer.answer(refusal(kBearer), "");
    ASSERT_FALSE(got);
    EXPECT_TRUE(got.error().what.contains(row.says)) << got.error().what;
    EXPECT_TRUE(got.error().what.contains("auth.io") || row.answer.status == 200)
        << got.error().what;
    EXPECT_FALSE(got.error().what.contains("hunter22"));
  }
}

TEST_F(AuthorizerTest, SaysThatALoginIsNeeded) {
  Authorizer& authorizer = make([](const auto&) { return FakeAnswer{}; });
  const auto basic = authorizer.answer(refusal("Basic realm=\"x\""), "");
  ASSERT_FALSE(basic);
  EXPECT_TRUE(basic.error().what.contains("--username")) << basic.error().what;
  const auto other = authorizer.answer(refusal("Negotiate"), "");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Code::unsupported);
  EXPECT_FALSE(authorizer.answer({401, {}, ""}, "")) << "no challenge at all";
}

TEST_F(AuthorizerTest, RedactsWhatItKnows) {
  Authorizer& authorizer = make([](const auto&) { return token("tok-secret"); },
                                Credential{.username = "user", .password = "hunter22"});
  (void)authorizer.answer(refusal(kBearer), "");
  EXPECT_EQ(authorizer.redact("denied: hunter22 and Bearer tok-secret of user, hunter22"),
            "denied: *** and Bearer *** of user, ***");
  EXPECT_EQ(authorizer.redact("nothing here"), "nothing here");
}

}  // namespace
}  // namespace bulkhead::remote
