// Documents that lead astray: manifests, indexes and configurations.
#include <fmt/format.h>

#include "tests/support/hostile_parts.h"

namespace bulkhead::test_support::hostile {
namespace {

constexpr std::string_view kManifestType = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view kIndexType = "application/vnd.oci.image.index.v1+json";
constexpr std::string_view kLayoutMark = R"({"imageLayoutVersion":"1.0.0"})";

/// The usual docker archive with other text for manifest.json; "$CONFIG", "$BASE" and "$TOP" in it
/// stand for the true paths.
Members docker_with(std::string manifest) {
  const Image image = two_layers(top_layer());
  Members members = lay_out({&image, 1}, Layout::docker_archive);
  std::vector<std::string> layers;
  std::string config;
  for (const Member& member : members) {
    if (member.path.ends_with("/layer.tar")) layers.push_back(member.path);
    if (member.path.size() == 69) config = member.path;  // 64 digits and ".json"
  }
  const std::pair<std::string_view, std::string> names[] = {
      {"$CONFIG", config}, {"$BASE", layers.at(0)}, {"$TOP", layers.at(1)}};
  for (const auto& [name, value] : names) {
    for (std::size_t at = 0; (at = manifest.find(name, at)) != std::string::npos;) {
      manifest.replace(at, name.size(), value);
    }
  }
  find_member(members, "manifest.json")->bytes = std::move(manifest);
  return members;
}

HostileCase docker_case(std::string name, std::string why, HostileExpectation expectation,
                        std::function<std::string()> manifest) {
  return members_case(std::move(name), std::move(why), Layout::docker_archive,
                      std::move(expectation),
                      [manifest = std::move(manifest)] { return docker_with(manifest()); });
}

std::string index_json(std::string_view media_type, std::string_view digest,
                       std::string_view size) {
  return fmt::format(
      R"({{"schemaVersion":2,"manifests":[{{"mediaType":"{}","digest":"{}","size":{}}}]}})",
      media_type, digest, size);
}

HostileCase index_case(std::string name, std::string why, HostileExpectation expectation,
                       std::function<std::string()> index) {
  return members_case(std::move(name), std::move(why), Layout::oci_dir, std::move(expectation),
                      [index = std::move(index)] {
                        const Image image = two_layers(top_layer());
                        Members members = lay_out({&image, 1}, Layout::oci_dir);
                        find_member(members, "index.json")->bytes = index();
                        return members;
                      });
}

/// Two index blobs that name each other. A digest cannot be in what it is of, so the names are
/// made up: whoever does not check digests goes round for ever.
Members index_cycle() {
  const std::string a(64, 'a'), b(64, 'b');
  const std::string to_a = index_json(kIndexType, "sha256:" + a, "200");
  const std::string to_b = index_json(kIndexType, "sha256:" + b, "200");
  return {{"oci-layout", std::string(kLayoutMark)},
          {"index.json", to_a},
          {"blobs/sha256/" + a, to_b},
          {"blobs/sha256/" + b, to_a}};
}

/// The usual docker archive, the top layer's member being a link.
Members linked_top(const std::string& target, bool is_cycle) {
  const Image image = two_layers(top_layer());
  Members members = lay_out({&image, 1}, Layout::docker_archive);
  Member* top = nullptr;
  for (Member& member : members) {
    if (member.path.ends_with("/layer.tar")) top = &member;
  }
  top->type = '2';
  top->bytes.clear();
  top->link = is_cycle ? "../loop" : target;
  if (is_cycle) members.push_back({"loop", "", '2', top->path});
  return members;
}

Image image_with_config(std::string config) {
  Image image = two_layers(top_layer());
  image.config_json = std::move(config);
  return image;
}

}  // namespace

void add_manifest_cases(Cases& cases) {
  const auto all = complete({"anchor", "extra"});
  struct Text {
    const char* name;
    const char* why;
    const char* text;
  };
  const Text refused_manifests[] = {
      {"manifest-empty-list", "no image in it", "[]"},
      {"manifest-no-fields", "an image without anything", "[{}]"},
      {"manifest-is-object", "an object where a list belongs", R"({"Config":"a","Layers":[]})"},
      {"manifest-wrong-types", "numbers and objects where texts belong",
       R"([{"Config":5,"RepoTags":{"a":1},"Layers":{"b":2}}])"},
      {"manifest-not-json", "a text", "This is a manifest. Trust it."},
      {"manifest-not-utf8", "bytes that are no UTF-8 in a text",
       "[{\"Config\":\"\xff\xfe\",\"RepoTags\":null,\"Layers\":[\"\x80\"]}]"},
      {"manifest-config-escapes", "the configuration's path leaves the archive",
       R"([{"Config":"../../../../etc/passwd","RepoTags":null,"Layers":["$BASE","$TOP"]}])"},
  };
  for (const Text& row : refused_manifests) {
    cases.push_back(
        docker_case(row.name, row.why, refused(), [text = row.text] { return std::string(text); }));
  }
  cases.push_back(docker_case("manifest-json-depth-1e5", "lists in lists, 100,000 deep", refused(),
                              [] { return std::string(100'000, '['); }));
  cases.push_back(
      docker_case("manifest-17-mib", "a document above the bound, nearly all of it spaces",
                  refused({"limit-exceeded"}), [] {
                    return R"([{"Config":"$CONFIG","RepoTags":null,"Layers":["$BASE","$TOP"]}])" +
                           std::string(17 << 20, ' ');
                  }));
  cases.push_back(docker_case("manifest-1e5-layers", "one layer named 100,000 times",
                              refused({"limit-exceeded", "malformed"}), [] {
                                std::string text = R"([{"Config":"$CONFIG","Layers":["$BASE")";
                                for (int i = 1; i < 100'000; ++i) text += R"(,"x/layer.tar")";
                                return text + "]}]";
                              }));
  cases.push_back(docker_case(
      "manifest-layer-escapes", "the top layer's path leaves the archive", gap({"anchor"}, {"*"}),
      [] {
        return R"([{"Config":"$CONFIG","RepoTags":null,"Layers":["$BASE","../../../etc/passwd"]}])";
      }));
  cases.push_back(docker_case("manifest-tag-controls-terminal",
                              "a tag with escape sequences and reversed text", all, [] {
                                return R"([{"Config":"$CONFIG","RepoTags":["a\u001b[2J\u202eb:1"],)"
                                       R"("Layers":["$BASE","$TOP"]}])";
                              }));
  cases.push_back(members_case(
      "manifest-twice", "two manifest.json that differ: tar says that the last one holds",
      Layout::docker_archive, all, [] {
        Members members =
            docker_with(R"([{"Config":"$CONFIG","RepoTags":null,"Layers":["$BASE"]}])");
        const Members second =
            docker_with(R"([{"Config":"$CONFIG","RepoTags":null,"Layers":["$BASE","$TOP"]}])");
        members.push_back(second[second.size() - 2]);  // before `repositories`
        return members;
      }));
  for (const auto& [name, target] :
       {std::pair{"docker-layer-link-outside", "../../../../../../etc/passwd"},
        std::pair{"docker-layer-link-absolute", "/etc/passwd"},
        std::pair{"docker-layer-link-dangling", "../nowhere/layer.tar"}}) {
    cases.push_back(members_case(name, "the top layer's member is a link to what is not there",
                                 Layout::docker_archive, gap({"anchor"}, {"*"}),
                                 [target] { return linked_top(target, false); }));
  }
  cases.push_back(members_case("docker-layer-link-cycle", "the top layer's member is a link round",
                               Layout::docker_archive, gap({"anchor"}, {"*"}),
                               [] { return linked_top("", true); }));

  for (const auto& [name, digest] :
       {std::pair{"index-digest-escapes", "sha256:../../../../etc/passwd"},
        std::pair{"index-digest-of-unknown-kind", "md5:d41d8cd98f00b204e9800998ecf8427e"},
        std::pair{"index-digest-without-hex", "sha256:"}}) {
    cases.push_back(index_case(name, "what stands as a digest is none", refused(),
                               [digest] { return index_json(kManifestType, digest, "500"); }));
  }
  for (const auto& [name, size] : {std::pair{"index-size-1e400", "1e400"},
                                   std::pair{"index-size-20-digits", "99999999999999999999"},
                                   std::pair{"index-size-fraction", "0.5"}}) {
    cases.push_back(index_case(name, "a size that is no size", refused(), [size] {
      return index_json(kManifestType, sha256_digest("x"), size);
    }));
  }
  cases.push_back(index_case("index-not-a-list", "the manifests are a text", refused(),
                             [] { return R"({"schemaVersion":2,"manifests":"all"})"; }));
  cases.push_back(members_case("index-cycle", "two indexes that name each other", Layout::oci_dir,
                               refused(), index_cycle));
  cases.push_back(members_case("index-depth-50", "indexes in indexes, 50 deep", Layout::oci_archive,
                               refused({"limit-exceeded"}), [] {
                                 const Image image = two_layers(top_layer());
                                 return lay_out({&image, 1}, Layout::oci_archive,
                                                {.index_depth = 50});
                               }));
  cases.push_back(members_case("config-fewer-diff-ids",
                               "the configuration knows one layer of the two", Layout::oci_dir,
                               gap({"anchor"}, {"*"}), [] {
                                 Image one = two_layers(top_layer());
                                 one.layers.pop_back();
                                 const Image image = image_with_config(config_json(one));
                                 return lay_out({&image, 1}, Layout::oci_dir);
                               }));
  cases.push_back(members_case(
      "config-wrong-types", "a configuration of wrong types", Layout::oci_dir, refused(), [] {
        const Image image =
            image_with_config(R"({"rootfs":{"diff_ids":7},"history":"none","config":[]})");
        return lay_out({&image, 1}, Layout::oci_dir);
      }));
  cases.push_back(members_case("history-longer-than-layers", "1,000 history lines for two layers",
                               Layout::oci_dir, complete({"anchor", "extra"}), [] {
                                 Image image = two_layers(top_layer());
                                 image.history.resize(1000, {.created_by = "RUN something"});
                                 return lay_out({&image, 1}, Layout::oci_dir);
                               }));
}

}  // namespace bulkhead::test_support::hostile
