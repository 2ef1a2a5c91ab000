#include "bulkhead/net/url.h"

#include <gtest/gtest.h>

namespace bulkhead::net {
namespace {

TEST(Url, TakesUrlsApart) {
  struct Case {
    const char* text;
    const char* scheme;
    const char* host;
    const char* port;
    const char* path;
  };
  const Case cases[] = {
      {"http://Example.org", "http", "example.org", "80", "/"},
      {"HTTPS://example.org/v2/?n=1", "https", "example.org", "443", "/v2/"},
      {"http://user:secret@127.0.0.1:5000/a", "http", "127.0.0.1", "5000", "/a"},
      {"http://[::1]:81/", "http", "[::1]", "81", "/"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const auto url = parse_url(c.text);
    ASSERT_TRUE(url) << describe(url.error());
    EXPECT_EQ(url->text, c.text);
    EXPECT_EQ(url->scheme, c.scheme);
    EXPECT_EQ(url->host, c.host);
    EXPECT_EQ(url->port, c.port);
    EXPECT_EQ(url->path, c.path);
  }
}

TEST(Url, RefusesWhatIsNone) {
  struct Case {
    const char* why;
    std::string text;
    Code code;
  };
  const Case cases[] = {
      {"empty", "", Code::malformed},
      {"no host", "http://", Code::malformed},
      {"a file", "file:///etc/passwd", Code::unsupported},
      {"another protocol", "gopher://localhost/x", Code::unsupported},
      {"a line break", "http://localhost/a\r\nX: y", Code::malformed},
      {"a NUL", std::string("http://localhost/\0x", 19), Code::malformed},
      {"a port that is none", "http://localhost:99999/", Code::malformed},
      {"a host with a space", "http://local host/", Code::malformed},
      {"endless", "http://localhost/" + std::string(1 << 20, 'a'), Code::limit_exceeded},
  };
  for (const Case& c : cases) {
    const auto url = parse_url(c.text);
    ASSERT_FALSE(url) << c.why;
    EXPECT_EQ(url.error().code, c.code) << c.why << ": " << describe(url.error());
    EXPECT_LT(describe(url.error()).size(), 500U) << c.why;
  }
}

TEST(Url, ResolvesLocations) {
  struct Case {
    const char* why;
    const char* location;
    const char* expected;
  };
  const Case cases[] = {
      {"absolute", "https://other.org/x", "https://other.org/x"},
      {"other scheme, no path", "//other.org", "http://other.org/"},
      {"from the root", "/x?y=1", "http://host.org:81/x?y=1"},
      {"beside", "x", "http://host.org:81/a/x"},
      {"above", "../x", "http://host.org:81/x"},
      {"a query alone", "?q", "http://host.org:81/a/b?q"},
      {"signed queries stay as they are",
       "https://o.org/a?sig=a%2fb%2Bc+d=", "https://o.org/a?sig=a%2fb%2Bc+d="},
      {"a space", "/a b", "http://host.org:81/a%20b"},
  };
  const auto base = parse_url("http://host.org:81/a/b?old=1");
  ASSERT_TRUE(base);
  for (const Case& c : cases) {
    const auto url = resolve_url(*base, c.location);
    ASSERT_TRUE(url) << c.why << ": " << describe(url.error());
    EXPECT_EQ(url->text, c.expected) << c.why;
  }
  EXPECT_EQ(resolve_url(*base, "file:///etc/passwd").error().code, Code::unsupported);
}

TEST(Url, TellsOriginsApart) {
  const auto base = parse_url("https://host.org/a");
  for (const char* same : {"https://host.org/b", "https://HOST.org:443/", "https://u@host.org/"}) {
    EXPECT_TRUE(base->is_same_origin(*parse_url(same))) << same;
  }
  for (const char* other : {"http://host.org/a", "https://host.org:444/a", "https://host.org.evil/",
                            "https://www.host.org/", "https://host.org@evil.org/"}) {
    EXPECT_FALSE(base->is_same_origin(*parse_url(other))) << other;
  }
}

TEST(Url, ShowsNoSecretsAndNoControlCharacters) {
  struct Case {
    std::string text;
    std::string shown;
  };
  const Case cases[] = {
      {"https://host/a", "https://host/a"},
      {"https://user:secret@host/a?token=secret#secret", "https://host/a?..."},
      {"https://a@b:secret@host/x@y", "https://host/x@y"},
      {"user:secret@host", "host"},
      {"http://host/\x1b[31m", "http://host/\\x1b[31m"},
      {"", ""},
      {"http://host/" + std::string(1000, 'a'), "http://host/" + std::string(288, 'a') + "..."},
  };
  for (const Case& c : cases) EXPECT_EQ(display_url(c.text), c.shown);
}

}  // namespace
}  // namespace bulkhead::net
