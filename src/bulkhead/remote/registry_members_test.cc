#include "bulkhead/remote/registry_members.h"

#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/image/layout.h"
#include "bulkhead/io/hash.h"
#include "bulkhead/remote/connection.h"
#include "bulkhead/remote/fake_client_test.h"

namespace bulkhead::remote {
namespace {

std::string digest_of(const std::string& text) {
  io::Hasher hasher = *io::Hasher::create("sha256");
  hasher.update(as_bytes(text));
  return "sha256:" + hasher.finish_hex();
}

std::string descriptor(const std::string& text, const std::string& type,
                       const std::string& more = "") {
  return fmt::format(R"({{"mediaType":"{}","digest":"{}","size":{}{}}})", type, digest_of(text),
                     text.size(), more);
}

constexpr const char* kManifest = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kConfig = "application/vnd.oci.image.config.v1+json";
constexpr const char* kLayer = "application/vnd.oci.image.layer.v1.tar";

/// A registry with one repository, in memory.
class RegistryMembersTest : public testing::Test {
 protected:
  std::string add_manifest(const std::string& text, const std::string& tag = "") {
    manifests_[digest_of(text)] = text;
    if (!tag.empty()) manifests_[tag] = text;
    return text;
  }
  std::string add_blob(const std::string& text) {
    blobs_[digest_of(text)] = text;
    return text;
  }
  std::string image(const std::string& layer, const std::string& layer_more = "",
                    const std::string& architecture = "amd64", const std::string& tag = "") {
    const std::string config =
        add_blob(fmt::format(R"({{"os":"linux","architecture":"{}","rootfs":{{"type":"layers",)"
                             R"("diff_ids":["{}"]}}}})",
                             architecture, digest_of(layer)));
    return add_manifest(
        fmt::format(R"({{"schemaVersion":2,"config":{},"layers":[{}]}})",
                    descriptor(config, kConfig), descriptor(layer, kLayer, layer_more)),
        tag);
  }
  static std::string platform(const std::string& architecture) {
    return fmt::format(R"(,"platform":{{"os":"linux","architecture":"{}"}})", architecture);
  }

  FakeAnswer serve(const net::HttpRequest& request) {
    if (answer_) return *answer_;
    const std::string manifests = "https://h.io/v2/team/a/manifests/";
    const std::string blobs = "https://h.io/v2/team/a/blobs/";
    const auto& store = request.url.starts_with(manifests) ? manifests_ : blobs_;
    const std::string key =
        request.url.substr(request.url.starts_with(manifests) ? manifests.size() : blobs.size());
    const auto found = store.find(key);
    if (found == store.end()) {
      return {.status = 404,
              .body = R"({"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]})"};
    }
    FakeAnswer answer{.headers = {{"Content-Length", std::to_string(found->second.size())}},
                      .body = found->second};
    if (!content_digest_.empty()) {
      answer.headers.push_back({"Docker-Content-Digest", content_digest_});
    }
    return answer;
  }

  struct Opened {
    std::string error;
    image::OpenTarget target;
    Notes notes{100};
  };
  Opened open(const std::string& version, const std::string& wanted = "linux/amd64") {
    client_ = std::make_shared<FakeClient>([this](const auto& request) { return serve(request); });
    auto authorizer = std::make_unique<Authorizer>(client_, Authorizer::Setup{.scope = "x"},
                                                   [] { return std::optional<Credential>(); });
    auto repository = std::make_shared<Repository>(
        client_, "https://h.io", *parse_reference("h.io/team/a" + version), std::move(authorizer));
    Opened opened;
    image::TargetRequest request;
    request.platform = *image::parse_platform(wanted);
    const auto members = RegistryMembers::create(repository, context_);
    const auto target = members
                            ? image::open_oci_layout(**members, "", request, context_, opened.notes)
                            : Result<image::OpenTarget>(std::unexpected(members.error()));
    if (target) {
      opened.target = *target;
    } else {
      opened.error = std::string(code_name(target.error().code)) + " " + target.error().what;
    }
    return opened;
  }
  std::size_t asked_manifests() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        client_->asked(), [](const auto& request) { return request.url.contains("/manifests/"); }));
  }

  RunContext context_ = quiet_context();
  std::map<std::string, std::string> manifests_;
  std::map<std::string, std::string> blobs_;
  std::string content_digest_;
  std::optional<FakeAnswer> answer_;
  std::shared_ptr<FakeClient> client_;
};

TEST_F(RegistryMembersTest, OpensAnImageByTagAndDigest) {
  const std::string layer = add_blob("layer bytes");
  const std::string manifest = image(layer, "", "amd64", "1");
  for (const std::string& version :
       {std::string(":1"), "@" + digest_of(manifest), ":9@" + digest_of(manifest)}) {
    const Opened opened = open(version);
    ASSERT_EQ(opened.error, "") << version;
    EXPECT_EQ(opened.target.target.manifest_digest, digest_of(manifest));
    EXPECT_EQ(opened.target.target.platform, "linux/amd64");
    ASSERT_EQ(opened.target.sources.size(), 1U);
    EXPECT_EQ(opened.target.layers[0].size_bytes, layer.size());
    EXPECT_TRUE(opened.notes.all().empty());
    EXPECT_EQ(asked_manifests(), 1U);
    EXPECT_EQ(client_->asked().size(), 2U) << "the manifest and the configuration, no layer yet";
    EXPECT_EQ(*io::read_all(*opened.target.sources[0].blob, 1000), layer);
  }
}

TEST_F(RegistryMembersTest, AsksForWhatItNeedsOfAnIndex) {
  const std::string layer = add_blob("layer bytes");
  const std::string amd64 = image(layer, "", "amd64");
  const std::string arm64 = image(add_blob("another"), "", "arm64");
  const std::string riscv = R"({"not":"even there"})";
  add_manifest(fmt::format(R"({{"schemaVersion":2,"manifests":[{},{},{}]}})",
                           descriptor(riscv, kManifest, platform("riscv64")),
                           descriptor(arm64, kManifest, platform("arm64")),
                           descriptor(amd64, kManifest, platform("amd64"))),
               "multi");
  for (const auto& [wanted, manifest] :
       {std::pair{"linux/amd64", amd64}, std::pair{"linux/arm64", arm64}}) {
    const Opened opened = open(":multi", wanted);
    ASSERT_EQ(opened.error, "");
    EXPECT_EQ(opened.target.target.manifest_digest, digest_of(manifest));
    EXPECT_EQ(asked_manifests(), 2U) << "those of other platforms are not asked for";
  }
  EXPECT_TRUE(open(":multi", "linux/s390x").error.starts_with("not-found index: no image for"));
  EXPECT_TRUE(open(":multi", "linux/riscv64").error.starts_with("not-found registry: h.io has no"));
}

TEST_F(RegistryMembersTest, OpensNestedIndexesAndDockersManifestLists) {
  const std::string inner =
      add_manifest(fmt::format(R"({{"schemaVersion":2,"manifests":[{}]}})",
                               descriptor(image(add_blob("x")), kManifest, platform("amd64"))));
  add_manifest(fmt::format(R"({{"schemaVersion":2,"manifests":[{}]}})",
                           descriptor(inner,
                                      "application/vnd.docker.distribution.manifest.list."
                                      "v2+json")),
               "nested");
  EXPECT_EQ(open(":nested").error, "");
  EXPECT_EQ(asked_manifests(), 3U);
}

TEST_F(RegistryMembersTest, RefusesWhatIsNoImage) {
  const std::string manifest = image(add_blob("layer"), "", "amd64", "1");
  struct Case {
    std::string why;
    std::string text;
    std::string says;
  };
  const std::string other = "sha256:" + std::string(64, '0');
  const Case cases[] = {
      {"schema 1", R"({"schemaVersion":1,"name":"a","fsLayers":[]})",
       "unsupported registry: schema 1 manifests are no longer supported by registries; push the "
       "image again"},
      {"an artifact",
       R"({"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json"},)"
       R"("layers":[]})",
       "unsupported registry: this is no image but an artifact (application/vnd.cncf.helm"},
      {"both", R"({"schemaVersion":2,"layers":[],"manifests":[]})", "malformed registry: what it"},
      {"neither", R"({"schemaVersion":2})", "malformed registry: what it sent is neither"},
      {"a page", "<html>log in to the network</html>", "malformed registry: what it sent as"},
      {"nothing", "", "malformed registry: what it sent as"},
      {"a number", "7", "malformed registry: what it sent as"},
      {"an empty index", R"({"manifests":[]})", "not-found index: it lists no image"},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.why);
    manifests_["bad"] = row.text;
    EXPECT_TRUE(open(":bad").error.starts_with(row.says)) << open(":bad").error;
  }
  EXPECT_EQ(open(":none").error,
            "not-found registry: h.io has no image team/a:none (404 MANIFEST_UNKNOWN: manifest "
            "unknown)");
  manifests_[other] = manifest;
  EXPECT_TRUE(open("@" + other).error.starts_with("malformed registry: digest mismatch"));
  content_digest_ = other;
  EXPECT_TRUE(open(":1").error.starts_with("malformed registry: digest mismatch"));
  content_digest_ = "nonsense";
  EXPECT_EQ(open(":1").error, "") << "a header that says nothing decides nothing";
}

TEST_F(RegistryMembersTest, ChecksTheDigestsOfChildren) {
  const std::string manifest = image(add_blob("layer"));
  add_manifest(fmt::format(R"({{"manifests":[{}]}})", descriptor(manifest, kManifest)), "1");
  EXPECT_EQ(open(":1").error, "");
  manifests_[digest_of(manifest)] += " ";
  EXPECT_TRUE(open(":1").error.starts_with("malformed registry: digest mismatch"));
}

TEST_F(RegistryMembersTest, AConfigurationThatIsWrongIsNoted) {
  const std::string manifest = image(add_blob("layer"), "", "amd64", "1");
  for (auto& [digest, blob] : blobs_) {
    if (blob.contains("amd64")) blob[0] = ' ';
  }
  const Opened opened = open(":1");
  EXPECT_EQ(opened.error, "");
  EXPECT_TRUE(opened.notes.has_gap());
}

TEST_F(RegistryMembersTest, AForeignLayerIsNotedAndNeverFetchedElsewhere) {
  image("layer that is not here", R"(,"urls":["https://elsewhere.io/layer"])", "amd64", "1");
  Opened opened = open(":1");
  ASSERT_EQ(opened.error, "");
  ASSERT_EQ(opened.notes.all().size(), 1U);
  EXPECT_TRUE(opened.notes.all()[0].what.starts_with("foreign layer"));
  EXPECT_FALSE(opened.target.sources[0].blob);
  add_blob("layer that is not here");
  opened = open(":1");
  EXPECT_TRUE(opened.notes.all().empty()) << "a registry may have it all the same";
  for (const auto& request : client_->asked())
    EXPECT_TRUE(request.url.starts_with("https://h.io/"));
}

TEST_F(RegistryMembersTest, AsksForALengthThatNobodySays) {
  const std::string layer = add_blob("layer");
  const std::string config = add_blob(R"({"os":"linux","architecture":"amd64"})");
  add_manifest(fmt::format(R"({{"config":{{"digest":"{}"}},"layers":[{{"digest":"{}"}}]}})",
                           digest_of(config), digest_of(layer)),
               "1");
  const Opened opened = open(":1");
  ASSERT_EQ(opened.error, "");
  EXPECT_EQ(opened.target.layers[0].size_bytes, layer.size());
  EXPECT_EQ(*io::read_all(*opened.target.sources[0].blob, 1000), layer);
}

TEST_F(RegistryMembersTest, ALayerWithoutEndIsNoted) {
  const std::string layer = add_blob("layer");
  const std::string config = add_blob(
      fmt::format(R"({{"os":"linux","architecture":"amd64","rootfs":{{"diff_ids":["{}"]}}}})",
                  digest_of(layer)));
  add_manifest(fmt::format(R"({{"config":{},"layers":[{{"digest":"{}","size":{}}}]}})",
                           descriptor(config, kConfig), digest_of(layer), 1LL << 60),
               "1");
  const Opened opened = open(":1");
  ASSERT_EQ(opened.notes.all().size(), 1U);
  EXPECT_EQ(opened.notes.all()[0].code, "limit-exceeded");
  EXPECT_FALSE(opened.target.sources[0].blob);
}

TEST_F(RegistryMembersTest, BoundsWhatItFetches) {
  context_.limits.document_bytes = 1000;
  answer_ = FakeAnswer{.body = std::string(1001, ' ')};
  EXPECT_EQ(open(":1").error,
            "limit-exceeded registry: the manifest is longer than --max-document-bytes (1000)");
  context_ = quiet_context();
  answer_.reset();
  // Each of a thousand might be the image, as far as the index says.
  std::string list;
  for (int i = 0; i < 1000; ++i) {
    const std::string artifact = add_manifest(fmt::format(
        R"({{"config":{{"mediaType":"application/vnd.signature"}},"layers":[],"n":{}}})", i));
    list += (list.empty() ? "" : ",") + descriptor(artifact, kManifest);
  }
  add_manifest(fmt::format(R"({{"manifests":[{}]}})", list), "many");
  EXPECT_NE(open(":many").error, "");
  EXPECT_LE(asked_manifests(), 500U);
}

TEST_F(RegistryMembersTest, SaysWhatTheRegistrySaid) {
  struct Case {
    FakeAnswer answer;
    std::string says;
  };
  const Case cases[] = {
      {{.status = 403, .body = R"({"errors":[{"code":"DENIED","message":"no access"}]})"},
       "io registry: h.io does not give image team/a:1 to us (403 DENIED: no access); it may not "
       "exist, or a login is needed"},
      {{.status = 429, .body = R"({"errors":[{"code":"TOOMANYREQUESTS"}]})"},
       "io registry: h.io wants fewer requests, even after waiting (429 TOOMANYREQUESTS)"},
      {{.status = 503, .body = "<html>"}, "(status 503)"},
      {{.refused = Error{Code::io, "http: could not connect"}}, "io http: could not connect"},
      {{.status = 401}, "unsupported registry: it wants a login of a kind"},
  };
  for (const Case& row : cases) {
    answer_ = row.answer;
    EXPECT_TRUE(open(":1").error.contains(row.says)) << open(":1").error;
  }
}

TEST(FindBaseUrl, TriesHttpsFirst) {
  struct Case {
    const char* why;
    FakeAnswer https;
    FakeAnswer http;
    std::string want;
  };
  const FakeAnswer none{.refused = Error{Code::io, "http: TLS: wrong version"}};
  const Case cases[] = {
      {"https", {}, {}, "https://h"},
      {"https with a login", {.status = 401}, {}, "https://h"},
      {"http alone", none, {}, "http://h"},
      {"http with a login", none, {.status = 401}, "http://h"},
      {"https with a bad certificate", none, {.status = 400}, "http: TLS: wrong version"},
      {"nothing", none, none, "http: TLS: wrong version"},
  };
  for (const Case& row : cases) {
    FakeClient client([&](const net::HttpRequest& request) {
      return request.url.starts_with("https:") ? row.https : row.http;
    });
    const auto got = find_base_url(client, "h", quiet_context());
    EXPECT_EQ(got ? *got : got.error().what, row.want) << row.why;
  }
}

}  // namespace
}  // namespace bulkhead::remote
