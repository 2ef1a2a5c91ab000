#include "bulkhead/net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "bulkhead/net/client_test.h"
#include "bulkhead/net/proxy.h"
#include "tests/support/http_server.h"

namespace bulkhead::net {
namespace {

struct Row {
  const char* host;
  bool is_public;
  const char* why;
};

constexpr Row kRows[] = {
    {"127.0.0.1", false, "loopback"},
    {"127.1", false, "the same, as resolvers take it"},
    {"0x7f000001", false, "the same in hexadecimal"},
    {"2130706433", false, "the same as one number"},
    {"0.0.0.0", false, "this machine, on Linux"},
    {"10.1.2.3", false, "private"},
    {"172.15.255.255", true, "just below a private block"},
    {"172.16.0.0", false, "its first"},
    {"172.31.255.255", false, "its last"},
    {"172.32.0.0", true, "just above it"},
    {"192.168.0.1", false, "private"},
    {"169.254.169.254", false, "cloud metadata"},
    {"100.100.100.200", false, "another cloud's metadata"},
    {"198.19.0.1", false, "benchmarks"},
    {"224.0.0.1", false, "multicast"},
    {"255.255.255.255", false, "broadcast"},
    {"8.8.8.8", true, "public"},
    {"[::1]", false, "loopback"},
    {"[::]", false, "unspecified"},
    {"[fe80::1]", false, "link-local"},
    {"[fe80::1%25eth0]", false, "with its zone"},
    {"[fc00::1]", false, "unique local"},
    {"[fd00:ec2::254]", false, "cloud metadata"},
    {"[ff02::1]", false, "multicast"},
    {"[::ffff:10.0.0.1]", false, "private, mapped"},
    {"[::ffff:8.8.8.8]", true, "public, mapped"},
    {"[::10.0.0.1]", false, "the deprecated form"},
    {"[64:ff9b::a00:1]", false, "private by NAT64"},
    {"[64:ff9b::808:808]", true, "public by NAT64"},
    {"[2002:a00:1::]", false, "private by 6to4"},
    {"[2001:0:1::]", false, "Teredo"},
    {"[2a00:1450::1]", true, "public"},
    {"localhost", false, "a name of this machine"},
    {"a.localhost", false, "another"},
    {"localhost.", false, "with its dot"},
    {"example.org", true, "a name: the resolver says"},
};

TEST(Address, KnowsWhatIsPublic) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(std::string(row.host) + ": " + row.why);
    EXPECT_EQ(is_public_host(Url{{}, {}, row.host, {}, {}}), row.is_public);
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    std::string inner(row.host);
    if (inner.starts_with('[')) inner = inner.substr(1, inner.find_first_of("]%") - 1);
    if (::inet_pton(AF_INET, inner.c_str(), &v4.sin_addr) == 1) {
      v4.sin_family = AF_INET;
      sockaddr address{};
      std::memcpy(&address, &v4, sizeof address);
      EXPECT_EQ(is_public_address(address), row.is_public);
    }
    if (::inet_pton(AF_INET6, inner.c_str(), &v6.sin6_addr) == 1) {
      v6.sin6_family = AF_INET6;
      EXPECT_EQ(is_public_address(*reinterpret_cast<const sockaddr*>(&v6)), row.is_public);
    }
  }
  sockaddr unix_socket{};
  unix_socket.sa_family = AF_UNIX;
  EXPECT_FALSE(is_public_address(unix_socket));
}

TEST(Address, KnowsWhomNoProxyExempts) {
  EXPECT_TRUE(is_proxy_exempt("*", "a.org"));
  EXPECT_TRUE(is_proxy_exempt("b.org, .A.org", "x.a.org"));
  EXPECT_TRUE(is_proxy_exempt("a.org", "a.org"));
  EXPECT_FALSE(is_proxy_exempt("a.org", "ba.org"));
  EXPECT_FALSE(is_proxy_exempt(" , ,", "a.org"));
}

using test_support::HttpCall;
using test_support::HttpReply;
using test_support::HttpServer;

TEST(PublicOnly, ConnectsToNoAddressThatIsNotPublic) {
  HttpServer server([](const HttpCall&, HttpReply& reply) { reply.answer(200, {}, "in"); });
  TestRun run;
  ClientOptions options = TestRun::quick_options();
  options.is_public_only = true;
  const auto client = run.client(options);
  // 127.0.0.1 and localhost are refused by their names. This machine's own name is resolved first,
  // to loopback or to an address of its network: both are refused before a connection is made.
  char own[256] = {};
  ::gethostname(own, sizeof own - 1);
  for (const std::string& host :
       std::initializer_list<std::string>{"127.0.0.1", "localhost", "127.1", own}) {
    SCOPED_TRACE(host);
    const auto answer = client->fetch({.url = server.url("/", host)}, 100);
    EXPECT_FALSE(answer);
  }
  EXPECT_EQ(server.connections(), 0u);
  const auto refused = client->fetch({.url = server.url("/")}, 100);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::unsupported);
  EXPECT_EQ(refused.error().what, kNotPublic);
}

TEST(PublicOnly, LetsTheUserNameAServerButNoRedirectLeavesIt) {
  HttpServer other([](const HttpCall&, HttpReply& reply) { reply.answer(200, {}, "secret"); });
  HttpServer named([&](const HttpCall& call, HttpReply& reply) {
    if (call.target == "/away") return reply.answer(302, {"Location: " + other.url("/")}, "");
    if (call.target == "/here") return reply.answer(302, {"Location: /end"}, "");
    reply.answer(200, {}, "end");
  });
  TestRun run;
  ClientOptions options = TestRun::quick_options();
  options.is_public_only = true;
  options.private_urls = {named.url("/any/path")};
  const auto client = run.client(options);
  const auto here = client->fetch({.url = named.url("/here")}, 100);
  ASSERT_TRUE(here) << describe(here.error());
  EXPECT_EQ(here->body, "end");
  const auto away = client->fetch({.url = named.url("/away")}, 100);
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().what, kNotPublic);
  EXPECT_EQ(other.connections(), 0u);
}

}  // namespace
}  // namespace bulkhead::net
