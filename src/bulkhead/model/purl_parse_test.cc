#include <gtest/gtest.h>

#include "bulkhead/model/purl.h"

namespace bulkhead {
namespace {

struct Row {
  std::string_view text;
  Purl want;
  std::string_view why;
};

TEST(ParsePurl, TakesApart) {
  const Row rows[] = {
      {"pkg:deb/debian/curl@7.74.0-1.3%2Bdeb11u1?arch=amd64&distro=debian-11",
       {"deb",
        "debian",
        "curl",
        "7.74.0-1.3+deb11u1",
        {{"arch", "amd64"}, {"distro", "debian-11"}}},
       "all parts but a subpath"},
      {"pkg:deb/debian/curl@1:7.74.0-1.3+deb11u1",
       {"deb", "debian", "curl", "1:7.74.0-1.3+deb11u1"},
       "characters that should have been encoded"},
      {"PKG://DEB/Debian/Curl/", {"deb", "debian", "curl", ""}, "case and slashes of a type"},
      {"pkg:npm/%40angular/core@1.0", {"npm", "@angular", "core", "1.0"}, "an encoded scope"},
      {"pkg:npm/@angular/core", {"npm", "@angular", "core", ""}, "a scope as people write it"},
      {"pkg:npm/@angular/core@1", {"npm", "@angular", "core", "1"}, "and with a version"},
      {"pkg:golang/github.com/a/b@v1#/sub//dir/",
       {"golang", "github.com/a", "b", "v1", {}, "sub/dir"},
       "a long namespace and a subpath"},
      {"pkg:oci/App@sha256%3Aab?repository_url=ghcr.io/x/app&tag=1&empty=",
       {"oci", "", "app", "sha256:ab", {{"repository_url", "ghcr.io/x/app"}, {"tag", "1"}}},
       "an image; an empty qualifier is none"},
      {"pkg:generic/a?B=1&a=2",
       {"generic", "", "a", "", {{"a", "2"}, {"b", "1"}}},
       "keys in lower case, sorted"},
      {"pkg:generic/A", {"generic", "", "A", ""}, "case matters for other types"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const auto purl = parse_purl(row.text);
    ASSERT_TRUE(purl) << purl.error().what;
    EXPECT_EQ(*purl, row.want) << purl->name_space << " " << purl->name << " " << purl->version;
  }
  EXPECT_EQ(parse_purl("pkg:a/b?k=v")->qualifier("k"), "v");
  EXPECT_EQ(parse_purl("pkg:a/b?k=v")->qualifier("x"), "");
}

TEST(ParsePurl, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "curl", "pkg:", "pkg:deb", "pkg:deb/", "pkg:/curl", "pkg:deb/a?b", "pkg:deb/a?=b",
        "pkg:deb/a%2", "pkg:deb/a%zz", "pkg:deb/%", "pkg:deb/@1/", "cpe:2.3:a:b"}) {
    const auto purl = parse_purl(text);
    // "@1" alone is a name that begins like a scope: a purl, if an odd one.
    if (text == "pkg:deb/@1/") {
      EXPECT_TRUE(purl);
    } else {
      ASSERT_FALSE(purl) << text;
      EXPECT_EQ(purl.error().code, Code::malformed);
    }
  }
  EXPECT_EQ(parse_purl("pkg:deb/" + std::string(20'000, 'a')).error().code, Code::limit_exceeded);
}

TEST(ParsePurl, ReadsWhatIsMade) {
  const std::string text =
      make_purl("deb", "debian", "libstdc++6", "1:2~rc+3%", {{"arch", "amd64"}, {"distro", "x y"}});
  const auto purl = parse_purl(text);
  ASSERT_TRUE(purl);
  EXPECT_EQ(
      *purl,
      (Purl{"deb", "debian", "libstdc++6", "1:2~rc+3%", {{"arch", "amd64"}, {"distro", "x y"}}}));
}

TEST(ParsePurl, SurvivesDamage) {
  const std::string good = "pkg:deb/debian/curl@7.74%2Bdeb?arch=amd64&distro=debian-11#a/b";
  for (std::size_t i = 0; i <= good.size(); ++i) {
    if (const auto cut = parse_purl(good.substr(0, i))) {
      EXPECT_FALSE(cut->name.empty());
    }
    for (int bit = 0; i < good.size() && bit < 8; ++bit) {
      std::string flipped = good;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      if (const auto purl = parse_purl(flipped)) {
        EXPECT_FALSE(purl->type.empty());
      }
    }
  }
}

}  // namespace
}  // namespace bulkhead
