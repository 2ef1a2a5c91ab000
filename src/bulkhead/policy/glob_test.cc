#include "bulkhead/policy/glob.h"

#include <chrono>

#include <gtest/gtest.h>

namespace bulkhead::policy {
namespace {

struct Row {
  std::string_view pattern;
  std::string_view text;
  bool want;
  std::string_view why;
};

TEST(PathPattern, MatchesAsDoublestarDoes) {
  const Row rows[] = {
      {"a/b", "a/b", true, "plain"},
      {"/a/b", "a/b", true, "a slash in front of the pattern"},
      {"a/b", "/a/b", true, "or of the path"},
      {"a/b", "a/b/c", false, "no prefix"},
      {"a/*", "a/b", true, "a star"},
      {"a/*", "a/b/c", false, "stays in its component"},
      {"a/*c*", "a/bcd", true, "two stars"},
      {"a/**", "a", true, "two stars are no component, too"},
      {"a/**", "a/b/c/d", true, "or many"},
      {"**/c", "c", true, "in front"},
      {"**/c", "a/b/c", true, "in front of many"},
      {"a/**/d", "a/d", true, "in between"},
      {"a/**/d", "a/b/c/d", true, "with many"},
      {"a/**/b/**/c", "a/x/b/y/b/c", true, "two of them"},
      {"a**", "a/b", false, "beside other bytes they are one star"},
      {"a?c", "abc", true, "one byte"},
      {"a?c", "a/c", false, "but no slash"},
      {"[a-c]x", "bx", true, "a range"},
      {"[!a-c]x", "bx", false, "not in a range"},
      {"[^a-c]x", "dx", true, "the other sign for it"},
      {"[]x]", "]", true, "a bracket in first place"},
      {"[a\\]]", "]", true, "an escaped one"},
      {"{a,b}/c", "b/c", true, "braces"},
      {"{a,b}/c", "c/c", false, "neither"},
      {"{a,{b,c}d}", "cd", true, "braces in braces"},
      {"{a/b,c}/d", "a/b/d", true, "a slash in braces"},
      {"a{,b}", "a", true, "an empty part"},
      {"\\*", "*", true, "an escaped star"},
      {"\\*", "a", false, "is no star"},
      {"\\{a,b\\}", "{a,b}", true, "escaped braces"},
      {"a}", "a}", true, "a brace that closes nothing"},
      {"[a/b]", "[a/b]", true, "a slash ends a bracket"},
      {"a\\/b", "a\\/b", true, "or an escape"},
      {"", "", true, "nothing"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const auto pattern = PathPattern::parse(row.pattern);
    ASSERT_TRUE(pattern) << row.pattern;
    EXPECT_EQ(pattern->matches(row.text), row.want) << row.pattern << " on " << row.text;
  }
}

TEST(PathPattern, RefusesWhatIsBroken) {
  for (const std::string_view text : {"[a", "[", "[]", "[!", "{a", "a\\", "{a,[}", "{{a}"}) {
    EXPECT_FALSE(PathPattern::parse(text)) << text;
  }
  EXPECT_EQ(PathPattern::parse("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}").error().code,
            Code::limit_exceeded);
  EXPECT_EQ(PathPattern::parse(std::string(5000, 'a')).error().code, Code::limit_exceeded);
}

TEST(PathPattern, TakesNoExponentialTime) {
  std::string pattern;
  std::string path;
  for (int i = 0; i < 200; ++i) pattern += "**/*a*a*a/";
  for (int i = 0; i < 1000; ++i) path += "aaaaaaaaaaab/";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(PathPattern::parse(pattern)->matches(path));
  EXPECT_FALSE(matches_wildcard(std::string(300, '*') + "x", std::string(10'000, 'a'), false));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Wildcard, CrossesSlashesAndMayIgnoreCase) {
  EXPECT_TRUE(matches_wildcard("deb/*", "deb/debian/curl", false));
  EXPECT_TRUE(matches_wildcard("*curl", "deb/debian/curl", false));
  EXPECT_TRUE(matches_wildcard("d?b/*/c*", "deb/debian/curl", false));
  EXPECT_FALSE(matches_wildcard("d?b", "db", false));
  EXPECT_FALSE(matches_wildcard("CVE", "cve", false));
  EXPECT_TRUE(matches_wildcard("CVE", "cve", true));
  EXPECT_TRUE(matches_wildcard("", "", false));
  EXPECT_FALSE(matches_wildcard("", "a", false));
  EXPECT_TRUE(is_wildcard("a*"));
  EXPECT_FALSE(is_wildcard("a.b"));
}

}  // namespace
}  // namespace bulkhead::policy
