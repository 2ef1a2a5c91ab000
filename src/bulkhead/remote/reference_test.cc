#include "bulkhead/remote/reference.h"

#include <gtest/gtest.h>

namespace bulkhead::remote {
namespace {

const std::string kHex(64, 'a');

TEST(Reference, CompletesNamesAsDockerDoes) {
  struct Case {
    std::string text;
    std::string want;  // str()
    std::string host;
    const char* why;
  };
  const Case cases[] = {
      {"nginx", "docker.io/library/nginx:latest", "registry-1.docker.io", "all defaults"},
      {"nginx:1.25", "docker.io/library/nginx:1.25", "registry-1.docker.io", "a tag"},
      {"team/app", "docker.io/team/app:latest", "registry-1.docker.io",
       "no host in the first part"},
      {"docker.io/nginx", "docker.io/library/nginx:latest", "registry-1.docker.io",
       "the hub named"},
      {"index.docker.io/nginx", "docker.io/library/nginx:latest", "registry-1.docker.io",
       "by its old name"},
      {"registry-1.docker.io/library/nginx", "docker.io/library/nginx:latest",
       "registry-1.docker.io", "by its host"},
      {"localhost/app", "localhost/app:latest", "localhost", "localhost is a host"},
      {"localhost:5000/app", "localhost:5000/app:latest", "localhost:5000", "with a port"},
      {"host:5000/app:1", "host:5000/app:1", "host:5000", "a port makes it a host"},
      {"host.example/a/b/c:v1.2", "host.example/a/b/c:v1.2", "host.example", "a dot does"},
      {"host:5000", "docker.io/library/host:5000", "registry-1.docker.io",
       "without a slash it is a name and a tag"},
      {"HOST/app", "HOST/app:latest", "HOST", "upper case cannot be a repository, so it is a host"},
      {"[::1]:5000/app", "[::1]:5000/app:latest", "[::1]:5000", "IPv6"},
      {"[fe80::1]/app:2", "[fe80::1]/app:2", "[fe80::1]", "without a port"},
      {"127.0.0.1:5000/a/b", "127.0.0.1:5000/a/b:latest", "127.0.0.1:5000", "IPv4"},
      {"app@sha256:" + kHex, "docker.io/library/app@sha256:" + kHex, "registry-1.docker.io",
       "a digest needs no tag"},
      {"app:1@sha256:" + kHex, "docker.io/library/app:1@sha256:" + kHex, "registry-1.docker.io",
       "tag and digest"},
      {"h.io:80/a:b@sha256:" + kHex, "h.io:80/a:b@sha256:" + kHex, "h.io:80", "all of it"},
      {"a/b_c/d__e/f-g/h--i/j.k", "docker.io/a/b_c/d__e/f-g/h--i/j.k:latest",
       "registry-1.docker.io", "every separator"},
      {"a:_x", "docker.io/library/a:_x", "registry-1.docker.io", "a tag may begin with _"},
      {"1/2:3", "docker.io/1/2:3", "registry-1.docker.io", "digits alone"},
      {"a/" + std::string(253, 'b'), "docker.io/a/" + std::string(253, 'b') + ":latest",
       "registry-1.docker.io", "255 bytes"},
      {"a:" + std::string(128, 'b'), "docker.io/library/a:" + std::string(128, 'b'),
       "registry-1.docker.io", "the longest tag"},
      {"x-y.example-z.com/a", "x-y.example-z.com/a:latest", "x-y.example-z.com", "hyphens inside"},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.why);
    const auto got = parse_reference(row.text);
    ASSERT_TRUE(got) << got.error().what;
    EXPECT_EQ(got->str(), row.want);
    EXPECT_EQ(got->host(), row.host);
    const auto again = parse_reference(got->str());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->str(), row.want) << "what is complete stays";
  }
}

TEST(Reference, RefusesWhatIsNone) {
  struct Case {
    std::string text;
    Code code;
    std::string says;
    const char* why;
  };
  const Case cases[] = {
      {"", Code::malformed, "names no repository", "empty"},
      {":1", Code::malformed, "names no repository", "a tag alone"},
      {"@sha256:" + kHex, Code::malformed, "names no repository", "a digest alone"},
      {"Nginx", Code::malformed, "did you mean 'nginx'", "upper case, with a hint"},
      {"host.io/Team/app", Code::malformed, "did you mean 'team/app'", "upper case in a path"},
      {"https://host/app", Code::malformed, "leave 'https://' out", "an address"},
      {"docker://host/app", Code::malformed, "leave 'docker://' out", "another tool's prefix"},
      {"a//b", Code::malformed, "no part", "an empty part"},
      {"/a", Code::malformed, "no part", "nothing before the slash"},
      {"a/", Code::malformed, "no part", "nothing behind it"},
      {"host.io/", Code::malformed, "no part", "a host alone"},
      {"a/../b", Code::malformed, "no part", "a path that climbs"},
      {"../b", Code::malformed, "no host", "dots make it a host, and it is none"},
      {"-a", Code::malformed, "no part", "begins with a separator"},
      {"a-", Code::malformed, "no part", "ends with one"},
      {"a___b", Code::malformed, "no part", "three underscores"},
      {"a..b", Code::malformed, "no part", "two dots"},
      {"a._b", Code::malformed, "no part", "two separators"},
      {"a b", Code::malformed, "no part", "a blank"},
      {"a%2fb", Code::malformed, "no part", "an encoded slash"},
      {"a?b", Code::malformed, "no part", "a query"},
      {"a#b", Code::malformed, "no part", "a fragment"},
      {"a\nb", Code::malformed, "no part", "a line end"},
      {"a:", Code::malformed, "no tag", "an empty tag"},
      {"a:.b", Code::malformed, "no tag", "a tag that begins with a dot"},
      {"a:-b", Code::malformed, "no tag", "or a hyphen"},
      {"a:b:c", Code::malformed, "no tag", "two tags"},
      {"a:" + std::string(129, 'b'), Code::malformed, "no tag", "too long a tag"},
      {"a/" + std::string(254, 'b'), Code::malformed, "more than the 255", "256 bytes"},
      {std::string(248, 'b'), Code::malformed, "more than the 255", "256 bytes with library/"},
      {"a@sha256:abc", Code::malformed, "digest", "a short digest"},
      {"a@md5:" + std::string(32, 'a'), Code::unsupported, "", "a weak one"},
      {"a@sha256:" + kHex + "@sha256:" + kHex, Code::malformed, "", "two digests"},
      {kHex, Code::malformed, "id", "an image id is no name"},
      {"user:pass@host/app", Code::malformed, "", "no user stands in a name"},
      {"host:99999999/app", Code::malformed, "no host", "no port"},
      {"host:/app", Code::malformed, "no host", "an empty port"},
      {"[::1/app", Code::malformed, "no host", "an open bracket"},
      {"[zz]:1/app", Code::malformed, "no host", "no address in it"},
      {"-host.io/app", Code::malformed, "no host", "a hyphen first"},
      {"host..io/app", Code::malformed, "no host", "an empty label"},
      {std::string("a\0b", 3), Code::malformed, "no part", "a NUL"},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.why);
    const auto got = parse_reference(row.text);
    ASSERT_FALSE(got) << got->str();
    EXPECT_EQ(got.error().code, row.code);
    EXPECT_TRUE(got.error().what.contains(row.says)) << got.error().what;
    EXPECT_LT(got.error().what.size(), 400U) << "a message repeats a little of it only";
  }
}

TEST(Reference, VersionIsTheDigestWhereThereIsOne) {
  EXPECT_EQ(parse_reference("a:1")->version(), "1");
  EXPECT_EQ(parse_reference("a:1@sha256:" + kHex)->version(), "sha256:" + kHex);
  EXPECT_EQ(parse_reference("h.io/x/a:1")->name(), "h.io/x/a");
}

TEST(Reference, KnowsThisMachine) {
  for (const char* host : {"localhost", "localhost:1", "LocalHost:5000", "127.0.0.1",
                           "127.9.8.7:80", "[::1]", "[::1]:443"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const char* host : {"", "localhost.example", "127.0.0.1.example.com", "128.0.0.1", "127.1",
                           "127.0.0.x", "[::2]", "[::1]x", "xlocalhost", "127..0.1"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

TEST(Reference, FindsTheHostInAnAddress) {
  EXPECT_EQ(host_of_url("https://h.io/token"), "h.io");
  EXPECT_EQ(host_of_url("https://h.io:8/token?a=b@c"), "h.io:8");
  EXPECT_EQ(host_of_url("https://user:pass@h.io/x"), "h.io");
  EXPECT_EQ(host_of_url("https://h.io?x"), "h.io");
  EXPECT_EQ(host_of_url("https://evil.io\\@h.io"), "evil.io");
  EXPECT_EQ(host_of_url("h.io/token"), "");
}

}  // namespace
}  // namespace bulkhead::remote
