#include "bulkhead/image/path.h"

#include <gtest/gtest.h>

namespace bulkhead::image {
namespace {

TEST(CleanPath, TakesThePathAsIfTheImagesRootWereTheRoot) {
  struct Case {
    std::string_view raw;
    std::string_view clean;
    PathKind kind;
    std::string_view why;
  };
  const Case cases[] = {
      {"usr/bin/env", "usr/bin/env", PathKind::ordinary, "clean as it is"},
      {"./usr/bin", "usr/bin", PathKind::ordinary, "as `tar .` writes it"},
      {"././usr", "usr", PathKind::ordinary, "several times"},
      {"/etc/passwd", "etc/passwd", PathKind::ordinary, "absolute"},
      {"//etc", "etc", PathKind::ordinary, "two slashes in front"},
      {".//etc", "etc", PathKind::ordinary, "a slash behind ./"},
      {"etc/", "etc", PathKind::ordinary, "a folder"},
      {"etc//", "etc", PathKind::ordinary, "a folder with two slashes"},
      {"a//b", "a/b", PathKind::ordinary, "an empty component"},
      {"a/./b", "a/b", PathKind::ordinary, "a dot in the middle"},
      {"a/.", "a", PathKind::ordinary, "a dot at the end"},
      {"a/b/..", "a", PathKind::ordinary, "one up at the end"},
      {"a/../b", "b", PathKind::ordinary, "one up in the middle"},
      {"..a/b..", "..a/b..", PathKind::ordinary, "dots in names"},
      {".hidden/.x", ".hidden/.x", PathKind::ordinary, "hidden names"},
      {"...", "...", PathKind::ordinary, "a name of three dots"},
      {"", "", PathKind::root, "nothing"},
      {".", "", PathKind::root, "the folder itself"},
      {"./", "", PathKind::root, "the same as tar writes it"},
      {"/", "", PathKind::root, "the root"},
      {"a/..", "", PathKind::root, "down and up"},
      {"..", "", PathKind::escaped, "above the root"},
      {"../etc", "etc", PathKind::escaped, "from above the root"},
      {"/../etc", "etc", PathKind::escaped, "absolute and above the root"},
      {"a/../../b", "b", PathKind::escaped, "above the root on the way"},
      {"./../x", "x", PathKind::escaped, "behind ./"},
  };
  std::string out = "left over";
  for (const Case& c : cases) {
    EXPECT_EQ(clean_path(c.raw, out), c.kind) << c.why << ": " << c.raw;
    EXPECT_EQ(out, c.clean) << c.why << ": " << c.raw;
  }
}

TEST(CleanPath, CleanPathsStayAsTheyAre) {
  std::string once, twice;
  for (const std::string_view raw : {"a/b/c", "/x/../y//z/", "../../q", ".a/..b/..."}) {
    clean_path(raw, once);
    EXPECT_EQ(clean_path(once, twice), PathKind::ordinary) << raw;
    EXPECT_EQ(once, twice) << raw;
  }
}

TEST(PathParts, SplitAtTheLastSlash) {
  EXPECT_EQ(parent_of("usr/bin/env"), "usr/bin");
  EXPECT_EQ(name_of("usr/bin/env"), "env");
  EXPECT_EQ(parent_of("env"), "");
  EXPECT_EQ(name_of("env"), "env");
  EXPECT_EQ(parent_of(""), "");
  EXPECT_EQ(name_of(""), "");
}

}  // namespace
}  // namespace bulkhead::image
