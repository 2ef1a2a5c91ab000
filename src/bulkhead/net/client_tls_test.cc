#include "bulkhead/net/client_test.h"

#include <filesystem>
#include <fstream>

#include "tests/support/http_server.h"
#include "tests/support/test_tools.h"

namespace bulkhead::net {
namespace {

using test_support::HttpCall;
using test_support::HttpReply;
using test_support::HttpServer;
using test_support::HttpServerOptions;

/// One authority and its certificates for all tests here: making keys takes a while.
class ClientTls : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<test_support::TemporaryFolder>();
    has_certificates_ = test_support::make_certificates(folder_->path(""));
  }
  static void TearDownTestSuite() { folder_.reset(); }
  void SetUp() override {
    if (!has_certificates_) GTEST_SKIP() << "there is no openssl program";
  }

  static std::string path(const std::string& name) { return folder_->path(name); }
  static std::unique_ptr<HttpServer> serve(const std::string& client_authority = "") {
    return std::make_unique<HttpServer>(
        [](const HttpCall&, HttpReply& reply) { reply.answer(200, {}, std::string(3 << 20, 's')); },
        HttpServerOptions{.certificate = path("server.pem"),
                          .key = path("server.key"),
                          .client_authority = client_authority});
  }
  /// "" where the whole answer came.
  std::string ask(const ClientOptions& options, const std::string& url) {
    const auto client = run_.client(options);
    if (client == nullptr) return "no client";
    for (int i = 0; i < 2; ++i) {  // a second connection uses what the first has loaded
      const auto body = client->open({.url = url, .headers = {{"Connection", "close"}}});
      if (!body) return describe(body.error());
      const auto text = read_body(**body);
      if (!text) return describe(text.error());
      if (text->size() != 3 << 20) return "another body";
    }
    return "";
  }

  TestRun run_;
  ClientOptions options_ = TestRun::quick_options();

 private:
  static inline std::unique_ptr<test_support::TemporaryFolder> folder_;
  static inline bool has_certificates_ = false;
};

TEST_F(ClientTls, TrustsNobodyWithoutReason) {
  const auto server = serve();
  const std::string line = ask(options_, server->url("/"));
  EXPECT_NE(line.find("certificate"), std::string::npos) << line;
  EXPECT_TRUE(server->calls().empty());
  EXPECT_TRUE(run_.lines().empty()) << "such an error is not tried again";
}

TEST_F(ClientTls, TrustsAnAuthorityOfItsOwn) {
  const auto server = serve();
  options_.ca_file = path("ca.pem");
  EXPECT_EQ(ask(options_, server->url("/")), "");
  EXPECT_EQ(ask(options_, server->url("/", "localhost")), "");
}

TEST_F(ClientTls, TrustsAFolderOfAuthorities) {
  const auto server = serve();
  std::filesystem::create_directory(path("certs.d"));
  std::filesystem::copy_file(path("ca.pem"), path("certs.d/ca.crt"));
  std::ofstream(path("certs.d/notes.txt")) << "no certificate, and no .crt";
  options_.ca_folder = path("certs.d");
  EXPECT_EQ(ask(options_, server->url("/")), "");
}

TEST_F(ClientTls, TrustsItsOwnBesideTheSystems) {
  const auto server = serve();
  // The system's authorities are those of the test; the option names another one.
  ASSERT_EQ(::setenv("SSL_CERT_FILE", path("ca.pem").c_str(), 1), 0);
  EXPECT_EQ(ask(options_, server->url("/")), "");
  options_.ca_file = path("client.pem");
  EXPECT_EQ(ask(options_, server->url("/")), "");
  ASSERT_EQ(::setenv("SSL_CERT_FILE", path("client.pem").c_str(), 1), 0);
  options_.ca_file = path("ca.pem");
  EXPECT_EQ(ask(options_, server->url("/")), "");
  ::unsetenv("SSL_CERT_FILE");
}

TEST_F(ClientTls, WantsTheServersName) {
  const auto server = serve();
  options_.ca_file = path("ca.pem");
  const std::string named = ask(options_, server->url("/", "other.localhost"));
  EXPECT_NE(named.find("name"), std::string::npos) << named;
}

TEST_F(ClientTls, AsksNobodyWhereTold) {
  const auto server = serve();
  options_.is_insecure = true;
  EXPECT_EQ(ask(options_, server->url("/")), "");
}

TEST_F(ClientTls, ShowsItsOwnCertificate) {
  const auto server = serve(path("ca.pem"));
  options_.ca_file = path("ca.pem");
  options_.retries = 0;
  EXPECT_NE(ask(options_, server->url("/")), "");
  EXPECT_TRUE(server->calls().empty());
  options_.client_certificate = path("client.pem");
  options_.client_key = path("client.key");
  EXPECT_EQ(ask(options_, server->url("/")), "");
}

TEST_F(ClientTls, ShowsItsCertificateToNobodyElse) {
  options_.ca_file = path("ca.pem");
  options_.client_certificate = path("client.pem");
  options_.client_key = path("client.key");
  options_.retries = 0;
  // It wants a certificate: who gets through has shown one.
  const auto stranger = serve(path("ca.pem"));
  HttpServer home(
      [&](const HttpCall& call, HttpReply& reply) {
        if (call.target == "/away") {
          reply.answer(307, {"Location: " + stranger->url("/")});
        } else if (call.target == "/here") {
          reply.answer(307, {"Location: /"});
        } else {
          reply.answer(200, {}, std::string(3 << 20, 's'));
        }
      },
      {.certificate = path("server.pem"),
       .key = path("server.key"),
       .client_authority = path("ca.pem")});
  EXPECT_EQ(ask(options_, home.url("/here")), "");
  EXPECT_NE(ask(options_, home.url("/away")), "");
  EXPECT_TRUE(stranger->calls().empty());
  EXPECT_EQ(ask(options_, stranger->url("/")), "") << "where it is meant to go";
}

TEST_F(ClientTls, SaysWhichFileIsWrong) {
  std::ofstream(path("broken.pem"))
      << "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
  std::ofstream(path("empty.pem")) << "";
  std::filesystem::create_directory(path("broken.d"));
  std::filesystem::copy_file(path("empty.pem"), path("broken.d/a.crt"));
  struct Case {
    const char* why;
    ClientOptions options;
    std::string where;
    Code code;
  };
  const Case cases[] = {
      {"there is none", {.ca_file = path("none.pem")}, path("none.pem"), Code::io},
      {"a folder", {.ca_file = path("")}, path(""), Code::io},
      {"empty", {.ca_file = path("empty.pem")}, path("empty.pem"), Code::malformed},
      {"damaged", {.ca_file = path("broken.pem")}, path("broken.pem"), Code::malformed},
      {"a key", {.ca_file = path("ca.key")}, path("ca.key"), Code::malformed},
      {"no folder", {.ca_folder = path("none.d")}, path("none.d"), Code::io},
      {"one of a folder", {.ca_folder = path("broken.d")}, path("broken.d/a.crt"), Code::malformed},
      {"no key beside",
       {.client_certificate = path("client.pem")},
       path("client.pem"),
       Code::malformed},
      {"another's key",
       {.client_certificate = path("client.pem"), .client_key = path("server.key")},
       path("server.key"),
       Code::malformed},
  };
  for (const Case& c : cases) {
    const auto client = Client::create(c.options, run_.context());
    ASSERT_FALSE(client) << c.why;
    EXPECT_EQ(client.error().code, c.code) << c.why << ": " << describe(client.error());
    EXPECT_EQ(client.error().where, c.where) << c.why;
  }
}

TEST_F(ClientTls, ACutConnectionIsNoEnd) {
  // No length, no chunks: only TLS's own end tells a whole body from a cut one.
  HttpServer server(
      [](const HttpCall&, HttpReply& reply) {
        reply.send("HTTP/1.1 200 OK\r\n\r\nhalf of it");
        reply.reset();
      },
      {.certificate = path("server.pem"), .key = path("server.key")});
  options_.ca_file = path("ca.pem");
  options_.retries = 0;
  const auto answer = run_.client(options_)->fetch({.url = server.url("/")}, 100);
  EXPECT_FALSE(answer);
}

TEST_F(ClientTls, PlainHttpBehindHttpsIsRefused) {
  HttpServer plain([](const HttpCall&, HttpReply& reply) { reply.answer(200); });
  std::string url = plain.url("/");
  url.insert(4, "s");
  const std::string line = ask(options_, url);
  EXPECT_NE(line.find("SSL"), std::string::npos) << line;
  EXPECT_TRUE(run_.lines().empty()) << "such an error is not tried again";
}

}  // namespace
}  // namespace bulkhead::net
