// Layouts are held against skopeo (which copies every blob and checks each digest), GNU tar and
// Python's json.
#include "tests/support/layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "tests/support/test_tools.h"

namespace bulkhead::test_support {
namespace {

using nlohmann::json;

Image sample_image(Compression compression = Compression::none) {
  const TarEntry base[] = {directory("etc/"), file("etc/os-release", "ID=debian\n"),
                           file("etc/secret", "gone soon")};
  const TarEntry top[] = {whiteout("etc/secret"), file("app/run", "#!/bin/sh\n", 0755)};
  Image image;
  image.layers = {make_layer(base, compression), make_layer(top, compression)};
  image.history = {{.created_by = "ADD rootfs /"},
                   {.created_by = "ENV A=b", .is_empty_layer = true},
                   {.created_by = "COPY run /app/"}};
  image.config.user = "1000:1000";
  image.config.env = {"A=b"};
  image.config.entrypoint = {"/app/run"};
  image.config.exposed_ports = {"8080/tcp"};
  image.config.labels = {{"maintainer", "us"}};
  image.tags = {"example.test/shop:1.0"};
  return image;
}

struct Way {
  Layout layout;
  std::string transport;
};

const Way kWays[] = {
    {Layout::docker_archive, "docker-archive:"},
    {Layout::docker_archive_oci, "docker-archive:"},
    {Layout::oci_archive, "oci-archive:"},
    {Layout::oci_dir, "oci:"},
};

std::string write_way(const TemporaryFolder& folder, const Members& members, const Way& way) {
  const std::string path = folder.path("image");
  if (way.layout == Layout::oci_dir) {
    EXPECT_TRUE(write_folder(members, path));
  } else {
    EXPECT_TRUE(write_file(path, archive_of(members)));
  }
  return way.transport + path;
}

int copy_exit_code(const TemporaryFolder& folder, const std::string& reference) {
  return run_command("skopeo --insecure-policy copy -q " + reference +
                     " dir:" + folder.path("copy") + " >/dev/null 2>&1")
      .exit_code;
}

TEST(Layout, SkopeoCopiesAndInspectsEveryLayout) {
  if (!has_program("skopeo")) GTEST_SKIP() << "skopeo is not installed";
  for (const Way& way : kWays) {
    for (const bool manifest_last : {false, true}) {
      SCOPED_TRACE(way.transport + (manifest_last ? " last" : " first"));
      const Image image = sample_image(way.layout == Layout::docker_archive ? Compression::none
                                                                            : Compression::gzip);
      const TemporaryFolder folder;
      const Members members = lay_out({&image, 1}, way.layout, {.manifest_last = manifest_last});
      const std::string reference = write_way(folder, members, way);
      EXPECT_EQ(copy_exit_code(folder, reference), 0);
      const CommandResult run = run_command("skopeo inspect --config " + reference);
      ASSERT_EQ(run.exit_code, 0);
      const json config = json::parse(run.output);
      EXPECT_EQ(config["config"]["User"], "1000:1000");
      EXPECT_EQ(config["config"]["ExposedPorts"], json::parse(R"({"8080/tcp":{}})"));
      EXPECT_EQ(config["rootfs"]["diff_ids"].size(), 2u);
      EXPECT_EQ(config["history"].size(), 3u);
      EXPECT_EQ(config["history"][1]["empty_layer"], true);
    }
  }
}

TEST(Layout, DamageIsSeenBySkopeo) {
  if (!has_program("skopeo")) GTEST_SKIP() << "skopeo is not installed";
  using Kind = Damage::Kind;
  using Part = Damage::Part;
  const Damage damages[] = {
      {.part = Part::layer, .kind = Kind::wrong_digest, .layer = 1},
      {.part = Part::layer, .kind = Kind::missing_blob, .layer = 0},
      {.part = Part::layer, .kind = Kind::truncated_blob, .layer = 0, .value = 700},
      {.part = Part::config, .kind = Kind::wrong_digest},
      {.part = Part::config, .kind = Kind::missing_blob},
      {.part = Part::manifest, .kind = Kind::truncated_blob, .value = 40},
  };
  const Image image = sample_image();
  for (const Damage& damage : damages) {
    SCOPED_TRACE(static_cast<int>(damage.part) * 10 + static_cast<int>(damage.kind));
    const TemporaryFolder folder;
    const Way way{Layout::oci_dir, "oci:"};
    const Members members = lay_out({&image, 1}, way.layout, {.damage = {damage}});
    EXPECT_NE(copy_exit_code(folder, write_way(folder, members, way)), 0);
  }
}

TEST(Layout, WrongManifestLiesUnderTheDigestOfAnother) {  // skopeo does not look at this one
  const Image image = sample_image();
  const Damage damage{.part = Damage::Part::manifest, .kind = Damage::Kind::wrong_digest};
  Members members = lay_out({&image, 1}, Layout::oci_dir, {.damage = {damage}});
  const json index = json::parse(find_member(members, "index.json")->bytes);
  const std::string digest = index["manifests"][0]["digest"];
  const Member* manifest = find_member(members, "blobs/sha256/" + digest.substr(7));
  ASSERT_NE(manifest, nullptr);
  EXPECT_NE(sha256_digest(manifest->bytes), digest);
  EXPECT_EQ(index["manifests"][0]["size"], manifest->bytes.size());
}

TEST(Layout, WrongSizeStandsInTheDescriptor) {
  const Image image = sample_image();
  Members members = lay_out({&image, 1}, Layout::oci_dir,
                            {.damage = {{.kind = Damage::Kind::wrong_size, .value = -5}}});
  const json index = json::parse(find_member(members, "index.json")->bytes);
  const std::string digest = index["manifests"][0]["digest"];
  const json manifest =
      json::parse(find_member(members, "blobs/sha256/" + digest.substr(7))->bytes);
  EXPECT_EQ(manifest["layers"][0]["size"], -5);
  EXPECT_GT(manifest["layers"][1]["size"], 0);
}

TEST(Layout, RepeatedLayersOfTheOldLayoutAreLinks) {
  Image image = sample_image();
  image.layers.push_back(image.layers[0]);
  const Members members = lay_out({&image, 1}, Layout::docker_archive);
  const auto links = std::ranges::count(members, '2', &Member::type);
  EXPECT_EQ(links, 1);
  if (!has_program("skopeo")) GTEST_SKIP() << "skopeo is not installed";
  const TemporaryFolder folder;
  EXPECT_EQ(copy_exit_code(folder, write_way(folder, members, kWays[0])), 0);
}

TEST(Layout, PlatformsNestedIndexesAndAttestations) {
  Image amd = sample_image(), arm = sample_image(), proof;
  arm.architecture = "arm64";
  arm.variant = "v8";
  arm.layers.pop_back();
  proof.layers = {{.tar = R"({"predicate":{}})", .media_type = "application/vnd.in-toto+json"}};
  proof.attests = 1;
  const Image images[] = {amd, arm, proof};
  Members members = lay_out(images, Layout::oci_dir, {.index_depth = 2});

  json entries = json::parse(find_member(members, "index.json")->bytes)["manifests"];
  for (int depth = 0; depth < 2; ++depth) {
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0]["mediaType"], "application/vnd.oci.image.index.v1+json");
    const std::string digest = entries[0]["digest"];
    const Member* blob = find_member(members, "blobs/sha256/" + digest.substr(7));
    ASSERT_NE(blob, nullptr);
    EXPECT_EQ(sha256_digest(blob->bytes), digest);
    entries = json::parse(blob->bytes)["manifests"];
  }
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[1]["platform"]["variant"], "v8");
  EXPECT_EQ(entries[2]["annotations"]["vnd.docker.reference.type"], "attestation-manifest");
  EXPECT_EQ(entries[2]["annotations"]["vnd.docker.reference.digest"], entries[1]["digest"]);

  if (!has_program("skopeo")) GTEST_SKIP() << "skopeo is not installed";
  const TemporaryFolder folder;
  members = lay_out({images, 2}, Layout::oci_dir, {.index_depth = 1});
  ASSERT_TRUE(write_folder(members, folder.path("image")));
  const CommandResult run =
      run_command("skopeo --override-arch arm64 inspect --config oci:" + folder.path("image"));
  EXPECT_NE(run.output.find("\"arm64\""), std::string::npos);
}

TEST(Layout, SeveralImagesShareOneArchive) {
  Image one = sample_image(), two = sample_image();
  two.tags = {"example.test/other:2.0", "example.test/other:latest"};
  two.config.user = "root";
  const Image images[] = {one, two};
  for (const Layout layout : {Layout::docker_archive, Layout::docker_archive_oci}) {
    Members members = lay_out(images, layout);
    const json manifest = json::parse(find_member(members, "manifest.json")->bytes);
    ASSERT_EQ(manifest.size(), 2u);
    EXPECT_EQ(manifest[0]["Layers"], manifest[1]["Layers"]);
    EXPECT_NE(manifest[0]["Config"], manifest[1]["Config"]);
    const json repositories = json::parse(find_member(members, "repositories")->bytes);
    EXPECT_EQ(repositories["example.test/other"].size(), 2u);
  }
}

TEST(Layout, WholeArchivesCompress) {
  const Image image = sample_image();
  const std::string plain = build_archive({&image, 1}, Layout::docker_archive);
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder.path("a.gz"), build_archive({&image, 1}, Layout::docker_archive, {},
                                                            Compression::gzip)));
  EXPECT_TRUE(run_command("gzip -dc " + folder.path("a.gz")).output == plain);
  EXPECT_EQ(plain, build_archive({&image, 1}, Layout::docker_archive)) << "the same bytes again";
}

TEST(Layout, MembersCannotLeaveTheFolder) {
  const TemporaryFolder folder;
  EXPECT_FALSE(write_folder({{"../x", "y"}}, folder.path("in")));
  EXPECT_FALSE(write_folder({{"/x", "y"}}, folder.path("in")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("x")));
}

TEST(ImageBuilder, Sha256IsTheStandards) {  // FIPS 180-4, the example "abc"
  EXPECT_EQ(sha256_digest("abc"),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace bulkhead::test_support
