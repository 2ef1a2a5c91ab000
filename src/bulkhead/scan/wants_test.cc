#include "bulkhead/scan/wants.h"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace bulkhead::scan {
namespace {

using Numbers = std::vector<std::uint32_t>;

constexpr std::string_view kPlaces[] = {"var/lib/dpkg/status", "var/lib/dpkg/info/*.list"};
constexpr std::string_view kStarredRoots[] = {"*/status"};
constexpr std::string_view kTails[] = {"node_modules/*/package.json", "*.dist-info/METADATA",
                                       "*.jar", "requirements*.txt", "pom*"};
constexpr std::string_view kElf[] = {
    "\x7f"
    "ELF"};
constexpr std::string_view kShort[] = {"MZ",
                                       "\x7f"
                                       "ELF\x02"};

Inspector inspector(std::span<const std::string_view> patterns,
                    std::span<const std::string_view> tails = {},
                    std::span<const std::string_view> magics = {}) {
  return {"x", 1, patterns, nullptr, nullptr, tails, magics};
}

struct Row {
  std::string_view path;
  Numbers wanting;
  std::string_view why;
};

TEST(Wants, FindsWhoWantsAPath) {
  const Inspector inspectors[] = {inspector(kPlaces), inspector({}, kTails),
                                  inspector(kStarredRoots), inspector({}, {}, kElf)};
  const Wants wants(inspectors);
  const Row rows[] = {
      {"var/lib/dpkg/status", {0}, "a place in full"},
      {"var/lib/dpkg/status/x", {}, "below it"},
      {"x/var/lib/dpkg/status", {}, "a place counts from the root"},
      {"var/lib/dpkg/info/a.list", {0}, "a star"},
      {"var/status", {2}, "a star at the root"},
      {"package.json", {}, "a tail of three components, and a path of one"},
      {"a/package.json", {}, "of two"},
      {"node_modules/a/package.json", {1}, "of three"},
      {"x/node_modules/a/package.json", {1}, "of more"},
      {"x/node_modules/a/b/package.json", {}, "not straight below"},
      {"xnode_modules/a/package.json", {}, "a component counts whole"},
      {"usr/lib/python3/dist-packages/a-1.dist-info/METADATA", {1}, "a star in a folder"},
      {"METADATA", {}, "a file of that name alone"},
      {"a.jar", {1}, "by extension, at the root"},
      {"opt/a.b.jar", {1}, "by extension"},
      {"opt/a.jar/x", {}, "a folder's extension"},
      {"opt/jar", {}, "no extension"},
      {"app/requirements-dev.txt", {1}, "a star before an extension"},
      {"app/requirements.text", {}, "another extension"},
      {"app/pom.xml.bak", {1}, "a star at the end"},
      {"", {}, "the root itself"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(wants.by_path(row.path), row.wanting);
  }
  EXPECT_EQ(wants.by_tail("var/lib/dpkg/status"), Numbers{});
  EXPECT_EQ(wants.by_tail("a.jar"), Numbers{1});
}

TEST(Wants, FindsWhoWantsAFileForItsFirstBytes) {
  const Inspector inspectors[] = {inspector({}, {}, kElf), inspector(kPlaces),
                                  inspector({}, {}, kShort)};
  const Wants wants(inspectors);
  EXPECT_EQ(wants.most_magic_bytes(), 5u);
  EXPECT_EQ(wants.by_magic("\x7f"
                           "ELF\x02"),
            (Numbers{0, 2}));
  EXPECT_EQ(wants.by_magic("\x7f"
                           "ELF\x01"),
            Numbers{0});
  EXPECT_EQ(wants.by_magic("MZ"), Numbers{2});
  EXPECT_EQ(wants.by_magic("M"), Numbers{});
  EXPECT_EQ(wants.by_magic(""), Numbers{});
}

TEST(Wants, NeedsNoBytesWhereNobodyAsks) {
  const Inspector inspectors[] = {inspector(kPlaces)};
  EXPECT_EQ(Wants(inspectors).most_magic_bytes(), 0u);
}

}  // namespace
}  // namespace bulkhead::scan
