#include "tests/support/image_description.h"

#include <gtest/gtest.h>

#include "tests/support/layout.h"
#include "tests/support/test_tools.h"

namespace bulkhead::test_support {
namespace {

TEST(ImageDescription, EveryKindOfEntryReachesTheTar) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder.path("beside"), "from a file"));
  const Result<Image> image = read_description(R"({
    "tags": ["shop:1"], "architecture": "arm64", "variant": "v8",
    "config": {"user": "app", "env": ["A=b"], "labels": {"k": "v"}},
    "layers": [
      {"created_by": "FROM scratch", "mtime": 7, "format": "pax", "entries": [
        {"path": "etc", "directory": true, "mode": "0700"},
        {"path": "a", "text": "inline"},
        {"path": "b", "lines": ["one", "two"], "uid": 5, "gid": 6, "mtime": 8},
        {"path": "c", "file": "beside", "xattrs": {"user.x": "y"}},
        {"path": "d", "fill": {"byte": 65, "size": 3}},
        {"path": "e", "symlink": "a"},
        {"path": "f", "hardlink": "a"},
        {"path": "etc/old", "whiteout": true},
        {"path": "var", "opaque": true}]},
      {"created_by": "USER app", "empty": true}]})",
                                               folder.path("."));
  ASSERT_TRUE(image) << describe(image.error());
  EXPECT_EQ(image->variant, "v8");
  EXPECT_EQ(image->history.size(), 2u);
  EXPECT_TRUE(image->history[1].is_empty_layer);
  ASSERT_EQ(image->layers.size(), 1u);

  std::vector<TarEntry> want = {
      directory("etc/", 0700),  file("a", "inline"), file("b", "one\ntwo\n"),
      file("c", "from a file"), file("d", "AAA"),    symlink("e", "a"),
      hardlink("f", "a"),       whiteout("etc/old"), opaque_whiteout("var")};
  for (TarEntry& entry : want) entry.mtime_unix_s = 7;
  want[2].uid = 5;
  want[2].gid = 6;
  want[2].mtime_unix_s = 8;
  want[3].xattrs = {{"user.x", "y"}};
  EXPECT_TRUE(image->layers[0].tar == make_tar(want, TarFormat::pax));
}

TEST(ImageDescription, MistakesAreNamedByTheirPlace) {
  struct Row {
    std::string_view json;
    std::string_view want;
  };
  const Row rows[] = {
      {"{", "description: not JSON"},
      {"[]", "description: image is not an object"},
      {"{}", "description: image has no list of layers"},
      {R"({"layers":[],"tag":"x"})", "description: image.tag is not known"},
      {R"({"layers":[],"tags":"x"})", "description: image.tags is not a list"},
      {R"({"layers":[{}]})", "description: layers[0] has no list of entries"},
      {R"({"layers":[{"entries":[{}]}]})", "description: layers[0].entries[0] has no path"},
      {R"({"layers":[{"entries":[{"path":"a","mode":"9"}]}]})",
       "description: layers[0].entries[0].mode is not octal"},
      {R"({"layers":[{"entries":[],"compression":"rar"}]})",
       "description: layers[0].compression is not known"},
      {R"({"layers":[],"config":{"env":[1]}})",
       "description: config.env holds something that is not a text"},
      {R"({"layers":[],"config":{"labels":{"a":1}}})",
       "description: config.labels.a is not a text"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.json);
    const Result<Image> image = read_description(row.json, ".");
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().what, row.want);
  }
}

TEST(ImageDescription, MissingFilesAreNamed) {
  const Result<Image> image =
      read_description(R"({"layers":[{"entries":[{"path":"a","file":"no/such"}]}]})", "/nowhere");
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Code::not_found);
  EXPECT_EQ(image.error().where, "/nowhere/no/such");
}

}  // namespace
}  // namespace bulkhead::test_support
