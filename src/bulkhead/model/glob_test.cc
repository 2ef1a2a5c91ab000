#include <chrono>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "bulkhead/model/inspector.h"

namespace bulkhead {
namespace {

TEST(Glob, Matches) {
  const struct {
    std::string_view pattern;
    std::string_view path;
    bool want;
    std::string_view why;
  } rows[] = {
      {"etc/os-release", "etc/os-release", true, "no star"},
      {"etc/os-release", "etc/os-release2", false, "a longer path"},
      {"etc/os-release", "etc/os-releas", false, "a shorter path"},
      {"etc/os-release", "usr/etc/os-release", false, "whole paths alone"},
      {"*", "", true, "a star may take nothing"},
      {"*", "name", true, "a whole component"},
      {"*", "a/b", false, "a star stays in its component"},
      {"", "", true, "nothing and nothing"},
      {"", "a", false, "nothing and something"},
      {"a", "", false, "something and nothing"},
      {"var/lib/dpkg/info/*.list", "var/lib/dpkg/info/bash.list", true, "a star in the middle"},
      {"var/lib/dpkg/info/*.list", "var/lib/dpkg/info/.list", true, "it may be empty"},
      {"var/lib/dpkg/info/*.list", "var/lib/dpkg/info/a.list.list", true, "it goes on"},
      {"var/lib/dpkg/info/*.list", "var/lib/dpkg/info/a.list.md5sums", false, "not to the end"},
      {"var/lib/dpkg/info/*.list", "var/lib/dpkg/info/x/a.list", false, "not over a slash"},
      {"var/lib/*/status", "var/lib/dpkg/status", true, "a star for a component"},
      {"var/lib/*/status", "var/lib//status", true, "an empty component"},
      {"var/lib/*/status", "var/lib/a/b/status", false, "a star for two components"},
      {"*/*/c", "a/b/c", true, "several"},
      {"*/*/c", "a/c", false, "a component too few"},
      {"*a*b", "xaxbxb", true, "the last star goes on"},
      {"*a/*b", "xa/xb", true, "over components"},
      {"*a/*b", "xa/xb/b", false, "the last star cannot pass a slash"},
      {"**", "abc", true, "two stars are as one"},
      {"**", "a/b", false, "and no more than one"},
      {"a*", "a/", false, "a slash at the end"},
      {"a?c", "abc", false, "a question mark means itself"},
      {"a?c", "a?c", true, "a question mark means itself"},
      {"[a]", "a", false, "brackets mean themselves"},
      {"a*\xff", "a\xfe\xff", true, "any bytes"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.pattern) + " on " + std::string(row.path) + ": " +
                 std::string(row.why));
    EXPECT_EQ(matches_glob(row.pattern, row.path), row.want);
  }
}

/// The definition, word for word: exponential, but plain.
bool matches_by_definition(std::string_view pattern, std::string_view path) {
  if (pattern.empty()) return path.empty();
  if (pattern.front() != '*') {
    return !path.empty() && path.front() == pattern.front() &&
           matches_by_definition(pattern.substr(1), path.substr(1));
  }
  for (std::size_t taken = 0;; ++taken) {
    if (matches_by_definition(pattern.substr(1), path.substr(taken))) return true;
    if (taken == path.size() || path[taken] == '/') return false;
  }
}

TEST(Glob, AgreesWithItsDefinition) {
  std::mt19937_64 random(11);
  const auto text = [&](std::string_view letters, std::size_t most) {
    std::string made;
    for (std::uint64_t i = random() % (most + 1); i > 0; --i) {
      made += letters[random() % letters.size()];
    }
    return made;
  };
  int matched = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::string pattern = text("ab/**", 7);
    const std::string path = text("aab/", 8);
    const bool want = matches_by_definition(pattern, path);
    ASSERT_EQ(matches_glob(pattern, path), want) << pattern << " on " << path;
    matched += want ? 1 : 0;
  }
  EXPECT_GT(matched, 10'000);
}

TEST(Glob, DoesNotBlowUp) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "*a";
  pattern += "*b";
  const std::string path(100'000, 'a');
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(matches_glob(pattern, path));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace bulkhead
