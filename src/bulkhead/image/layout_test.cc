#include "bulkhead/image/layout.h"

#include <map>

#include <gtest/gtest.h>

#include "tests/support/layout.h"

namespace bulkhead::image {
namespace {

using test_support::Damage;
using test_support::Image;
using test_support::Layout;

/// The members that the builder laid out, in memory.
class MemoryMembers final : public Members {
 public:
  explicit MemoryMembers(const test_support::Members& members) {
    for (const test_support::Member& member : members) {
      if (member.type == '0') texts_[member.path] = member.bytes;
    }
  }
  Result<std::shared_ptr<const io::Source>> open(std::string_view path) const override {
    const auto found = texts_.find(path);
    if (found == texts_.end()) return fail(Code::not_found, "no such member");
    return io::memory_source(found->second);
  }

 private:
  std::map<std::string, std::string, std::less<>> texts_;
};

Image image_of(const std::string& tag, const std::string& architecture, int layers = 2) {
  Image image;
  for (int i = 0; i < layers; ++i) {
    const test_support::TarEntry entry = test_support::file("f" + std::to_string(i), tag);
    image.layers.push_back(test_support::make_layer({&entry, 1}));
  }
  image.architecture = architecture;
  image.tags = {tag};
  return image;
}

struct Opened {
  std::string error;  // code and text; "" where it was opened
  OpenTarget target;
  Notes notes{100};
};

Opened open(const std::vector<Image>& images, Layout layout, std::string_view pick,
            const test_support::LayoutOptions& options = {}, std::string_view platform = "") {
  Opened opened;
  const RunContext context = quiet_context();
  TargetRequest request;
  if (!platform.empty()) request.platform = *parse_platform(platform);
  const MemoryMembers members(lay_out(images, layout, options));
  const bool is_docker = layout == Layout::docker_archive || layout == Layout::docker_archive_oci;
  auto target = is_docker ? open_docker_archive(members, pick, request, context, opened.notes)
                          : open_oci_layout(members, pick, request, context, opened.notes);
  if (target) {
    opened.target = *std::move(target);
  } else {
    opened.error = std::string(code_name(target.error().code)) + " " + target.error().what;
  }
  return opened;
}

/// What looking through an archive says: "image", "tar", or the error's code.
std::string look_at(std::string archive, const Limits& limits) {
  RunContext context = quiet_context();
  context.limits = limits;
  context.chunk_bytes = 512;
  const auto look = look_through_archive(io::memory_source(std::move(archive)), false,
                                         testing::TempDir(), context);
  if (!look) return std::string(code_name(look.error().code));
  return look->members ? "image" : look->is_tar ? "tar" : "nothing";
}

TEST(ArchiveLook, ALimitIsNoRootFilesystem) {
  const std::vector<Image> images = {image_of("a:1", "amd64")};
  for (const auto compression :
       {test_support::Compression::none, test_support::Compression::gzip}) {
    const std::string archive =
        test_support::build_archive(images, Layout::docker_archive, {}, compression);
    EXPECT_EQ(look_at(archive, {}), "image");
    Limits few;
    few.archive_members = 2;
    EXPECT_EQ(look_at(archive, few), "limit-exceeded");
  }
  Limits small;
  small.spool_bytes = 1000;
  EXPECT_EQ(look_at(test_support::build_archive(images, Layout::docker_archive, {},
                                                test_support::Compression::gzip),
                    small),
            "limit-exceeded");
  // Names tell a root filesystem before any limit of archives is met.
  const std::vector<test_support::TarEntry> root = {test_support::file("etc/passwd", "root"),
                                                    test_support::file("a", ""),
                                                    test_support::file("b", "")};
  Limits one;
  one.archive_members = 1;
  EXPECT_EQ(look_at(test_support::make_tar(root), one), "tar");
}

TEST(Layout, OpensEveryLayout) {
  for (const Layout layout :
       {Layout::docker_archive, Layout::docker_archive_oci, Layout::oci_archive, Layout::oci_dir}) {
    const Opened opened = open({image_of("shop:1", "amd64")}, layout, "", {}, "linux/amd64");
    EXPECT_EQ(opened.error, "");
    ASSERT_EQ(opened.target.sources.size(), 2U);
    for (const LayerSource& source : opened.target.sources) {
      ASSERT_TRUE(source.blob);
      ASSERT_TRUE(source.diff_id);
      EXPECT_EQ(test_support::sha256_digest(*io::read_all(*source.blob, 1 << 20)),
                source.diff_id->str());
    }
    EXPECT_EQ(opened.target.target.platform, "linux/amd64");
    EXPECT_TRUE(opened.notes.all().empty());
  }
}

TEST(Layout, PicksByNameDigestPlatform) {
  const std::vector<Image> two = {image_of("one:1", "amd64"), image_of("two:2", "amd64", 3)};
  for (const Layout layout : {Layout::docker_archive, Layout::oci_dir}) {
    EXPECT_EQ(open(two, layout, "two:2").target.layers.size(), 3U);
    EXPECT_EQ(open(two, layout, "one:1").target.layers.size(), 2U);
    EXPECT_TRUE(open(two, layout, "").error.starts_with("not-found"));
    EXPECT_TRUE(open(two, layout, "").error.contains("two:2")) << "it says what there is";
    EXPECT_TRUE(open(two, layout, "three").error.contains("three"));
  }
  const std::vector<Image> platforms = {image_of("x:1", "amd64"), image_of("x:1", "arm64", 3)};
  const test_support::LayoutOptions nested{.index_depth = 1};
  EXPECT_EQ(open(platforms, Layout::oci_dir, "", nested, "linux/arm64").target.layers.size(), 3U);
  EXPECT_EQ(open(platforms, Layout::oci_dir, "", nested, "linux/amd64").target.layers.size(), 2U);
  EXPECT_TRUE(open(platforms, Layout::oci_dir, "", nested, "linux/s390x")
                  .error.contains("linux/amd64, linux/arm64"));
}

TEST(Layout, SaysWhatIsMissingAndGoesOn) {
  struct Case {
    const char* why;
    Damage damage;
    std::string_view code;  // of a note
    bool is_refused;
  };
  using Part = Damage::Part;
  using Kind = Damage::Kind;
  const Case cases[] = {
      {"a layer's blob",
       {.part = Part::layer, .kind = Kind::missing_blob, .layer = 1},
       "not-found",
       false},
      {"a layer's size",
       {.part = Part::layer, .kind = Kind::wrong_size, .layer = 1, .value = 1},
       "size-mismatch",
       false},
      {"a negative size",
       {.part = Part::layer, .kind = Kind::wrong_size, .layer = 1, .value = -1},
       "malformed",
       true},
      {"the configuration", {.part = Part::config, .kind = Kind::missing_blob}, "not-found", false},
      {"the configuration's digest",
       {.part = Part::config, .kind = Kind::wrong_digest},
       "malformed",
       false},
      {"the manifest", {.part = Part::manifest, .kind = Kind::missing_blob}, "not-found", true},
      {"the manifest's digest",
       {.part = Part::manifest, .kind = Kind::wrong_digest},
       "malformed",
       true},
  };
  for (const Case& c : cases) {
    const Opened opened =
        open({image_of("x:1", "amd64")}, Layout::oci_dir, "", {.damage = {c.damage}});
    EXPECT_EQ(!opened.error.empty(), c.is_refused) << c.why << ": " << opened.error;
    if (c.is_refused) {
      EXPECT_TRUE(opened.error.starts_with(c.code)) << c.why << ": " << opened.error;
      continue;
    }
    EXPECT_TRUE(opened.notes.has_gap()) << c.why;
    ASSERT_FALSE(opened.notes.all().empty()) << c.why;
    EXPECT_EQ(opened.notes.all().front().code, c.code) << c.why;
    EXPECT_EQ(opened.target.layers.size(), 2U) << c.why;
    EXPECT_TRUE(opened.target.sources.front().blob) << c.why;
  }
}

TEST(Layout, BoundsNestedIndexesAndLayers) {
  EXPECT_TRUE(open({image_of("x:1", "amd64")}, Layout::oci_dir, "", {.index_depth = 20})
                  .error.starts_with("limit-exceeded"));
  EXPECT_EQ(open({image_of("x:1", "amd64")}, Layout::oci_dir, "", {.index_depth = 5}).error, "");
  for (const Layout layout : {Layout::docker_archive, Layout::oci_dir}) {
    EXPECT_TRUE(open({image_of("x:1", "amd64", 1025)}, layout, "").error.contains("--max-layers"));
  }
}

TEST(SameName, CompletesNamesAsDockerDoes) {
  struct Case {
    std::string_view typed, name;
    bool is_same;
  };
  const Case cases[] = {
      {"alpine", "docker.io/library/alpine:latest", true},
      {"alpine", "alpine:latest", true},
      {"alpine:3.18", "docker.io/library/alpine:3.18", true},
      {"me/app", "docker.io/me/app:latest", true},
      {"localhost/app", "localhost/app:latest", true},
      {"registry.example:5000/app", "registry.example:5000/app:latest", true},
      {"3.18", "docker.io/library/alpine:3.18", true},
      {"latest", "alpine:latest", true},
      {"alpine", "alpine:3.18", false},
      {"pine", "alpine:latest", false},
      {"18", "alpine:3.18", false},
      {"app", "me/app:latest", false},
      {"other.example/alpine", "docker.io/library/alpine:latest", false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(is_same_name(c.typed, c.name), c.is_same) << c.typed << " " << c.name;
  }
}

}  // namespace
}  // namespace bulkhead::image
