// What the two families of layouts look like was taken from the OCI image specification 1.1
// (image-layout.md, image-index.md, manifest.md) and from the Docker image specification v1.2
// ("Combined Image JSON + Filesystem Changeset Format"). Docker 25 writes both at once.
#include "tests/support/layout.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

namespace bulkhead::test_support {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kManifestType = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view kConfigType = "application/vnd.oci.image.config.v1+json";
constexpr std::string_view kIndexType = "application/vnd.oci.image.index.v1+json";

std::string blob_path(std::string_view digest) {
  return "blobs/sha256/" + std::string(digest.substr(digest.find(':') + 1));
}

std::pair<std::string, std::string> split_tag(const std::string& reference) {
  const std::size_t colon = reference.rfind(':');
  const std::size_t slash = reference.rfind('/');
  if (colon == std::string::npos || (slash != std::string::npos && colon < slash)) {
    return {reference, "latest"};
  }
  return {reference.substr(0, colon), reference.substr(colon + 1)};
}

/// Writes blobs and gives descriptors of them, with the damage that was asked for.
class BlobWriter {
 public:
  BlobWriter(Members& members, const LayoutOptions& options)
      : members_(members), options_(options) {}

  Json add(std::string_view media_type, const std::string& bytes, Damage::Part part,
           std::size_t image, std::size_t layer = 0) {
    const std::string digest = sha256_digest(bytes);
    Json descriptor{{"mediaType", media_type}, {"digest", digest}, {"size", bytes.size()}};
    std::string stored = bytes;
    for (const Damage& damage : options_.damage) {
      if (damage.part != part || damage.image != image || damage.layer != layer) continue;
      switch (damage.kind) {
        case Damage::Kind::wrong_digest:
          stored.push_back('\n');  // still the same document, or a tar with a byte behind its end
          descriptor["size"] = stored.size();
          break;
        case Damage::Kind::wrong_size:
          descriptor["size"] = damage.value;
          break;
        case Damage::Kind::missing_blob:
          return descriptor;
        case Damage::Kind::truncated_blob:
          stored.resize(std::min(stored.size(), static_cast<std::size_t>(damage.value)));
          break;
      }
    }
    if (written_.insert(digest).second) members_.push_back({blob_path(digest), stored});
    return descriptor;
  }

 private:
  Members& members_;
  const LayoutOptions& options_;
  std::set<std::string> written_;
};

Json platform_of(const Image& image) {
  if (image.attests) return {{"architecture", "unknown"}, {"os", "unknown"}};
  Json platform{{"architecture", image.architecture}, {"os", image.os}};
  if (!image.variant.empty()) platform["variant"] = image.variant;
  return platform;
}

Json index_of(Json manifests) {
  return {{"schemaVersion", 2}, {"mediaType", kIndexType}, {"manifests", std::move(manifests)}};
}

void add_tag(Json& descriptor, const std::string& reference) {
  descriptor["annotations"]["io.containerd.image.name"] = reference;
  descriptor["annotations"]["org.opencontainers.image.ref.name"] = split_tag(reference).second;
}

Json image_manifest(const Image& image, std::size_t number, BlobWriter& blobs) {
  Json manifest{{"schemaVersion", 2}, {"mediaType", kManifestType}};
  manifest["config"] = blobs.add(kConfigType, config_json(image), Damage::Part::config, number);
  manifest["layers"] = Json::array();
  for (std::size_t i = 0; i < image.layers.size(); ++i) {
    const Layer& layer = image.layers[i];
    manifest["layers"].push_back(
        blobs.add(media_type_of(layer), stored_bytes(layer), Damage::Part::layer, number, i));
  }
  return manifest;
}

struct OciParts {
  Json manifests = Json::array();  // one a image, before they are written
  Json entries = Json::array();    // of index.json
};

/// Writes the blobs of all images and of the nested indexes.
OciParts write_blobs(std::span<const Image> images, const LayoutOptions& options,
                     Members& members) {
  BlobWriter blobs(members, options);
  OciParts parts;
  std::vector<std::string> digests;
  for (std::size_t i = 0; i < images.size(); ++i) {
    Json manifest = image_manifest(images[i], i, blobs);
    Json descriptor = blobs.add(kManifestType, manifest.dump(), Damage::Part::manifest, i);
    descriptor["platform"] = platform_of(images[i]);
    if (images[i].attests) {
      descriptor["annotations"]["vnd.docker.reference.type"] = "attestation-manifest";
      descriptor["annotations"]["vnd.docker.reference.digest"] = digests.at(*images[i].attests);
    }
    digests.push_back(descriptor["digest"]);
    parts.manifests.push_back(std::move(manifest));
    if (options.index_depth > 0 || images[i].tags.empty()) {
      parts.entries.push_back(std::move(descriptor));
      continue;
    }
    for (const std::string& tag : images[i].tags) {
      Json tagged = descriptor;
      add_tag(tagged, tag);
      parts.entries.push_back(std::move(tagged));
    }
  }
  for (std::size_t depth = 0; depth < options.index_depth; ++depth) {
    Json descriptor = blobs.add(kIndexType, index_of(std::move(parts.entries)).dump(),
                                Damage::Part::nested_index, 0, depth);
    if (depth + 1 == options.index_depth && !images.empty() && !images[0].tags.empty()) {
      add_tag(descriptor, images[0].tags[0]);
    }
    parts.entries = Json::array({std::move(descriptor)});
  }
  return parts;
}

Json docker_repositories(std::span<const Image> images, const std::vector<std::string>& ids) {
  Json repositories = Json::object();
  for (std::size_t i = 0; i < images.size(); ++i) {
    for (const std::string& reference : images[i].tags) {
      const auto [name, tag] = split_tag(reference);
      repositories[name][tag] = ids[i];
    }
  }
  return repositories;
}

Json repo_tags(const Image& image) {
  Json tags = Json::array();
  for (const std::string& tag : image.tags) tags.push_back(tag);
  return tags;
}

/// `documents` name the blobs: tools write them behind, or, so that a stream can be read in one
/// pass, before them.
Members in_order(Members folders, Members blobs, Members documents, const LayoutOptions& options) {
  Members all;
  if (!options.has_directories) folders.clear();
  Members* order[] = {&folders, options.manifest_last ? &blobs : &documents,
                      options.manifest_last ? &documents : &blobs};
  for (Members* part : order) std::ranges::move(*part, std::back_inserter(all));
  return all;
}

Members lay_out_oci(std::span<const Image> images, Layout layout, const LayoutOptions& options) {
  Members blobs, documents;
  OciParts parts = write_blobs(images, options, blobs);
  if (layout == Layout::docker_archive_oci) {
    Json manifest = Json::array();
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < images.size(); ++i) {
      if (images[i].attests) continue;
      const Json& oci = parts.manifests[i];
      Json entry{{"Config", blob_path(oci["config"]["digest"].get<std::string>())},
                 {"RepoTags", repo_tags(images[i])},
                 {"Layers", Json::array()}};
      for (std::size_t j = 0; j < images[i].layers.size(); ++j) {
        const Json& descriptor = oci["layers"][j];
        entry["Layers"].push_back(blob_path(descriptor["digest"].get<std::string>()));
        entry["LayerSources"][diff_id_of(images[i].layers[j])] = descriptor;
      }
      manifest.push_back(std::move(entry));
    }
    for (const Image& image : images) {
      ids.push_back(image.layers.empty() ? "" : diff_id_of(image.layers.back()).substr(7));
    }
    documents.push_back({"manifest.json", manifest.dump()});
    if (options.has_repositories) {
      documents.push_back({"repositories", docker_repositories(images, ids).dump()});
    }
  }
  documents.push_back({"index.json", index_of(std::move(parts.entries)).dump()});
  documents.push_back({"oci-layout", R"({"imageLayoutVersion":"1.0.0"})"});
  return in_order({{"blobs", "", '5'}, {"blobs/sha256", "", '5'}}, std::move(blobs),
                  std::move(documents), options);
}

/// The old layout has no descriptors: of the damage, a layer and a configuration can be missing,
/// cut, or not what the name or the diff ID says.
void damage_docker(Member& member, Damage::Part part, std::size_t image, std::size_t layer,
                   const LayoutOptions& options, Members& out) {
  for (const Damage& damage : options.damage) {
    if (damage.part != part || damage.image != image || damage.layer != layer) continue;
    if (damage.kind == Damage::Kind::missing_blob) return;
    if (damage.kind == Damage::Kind::wrong_digest) member.bytes.push_back('\n');
    if (damage.kind == Damage::Kind::truncated_blob) {
      member.bytes.resize(std::min(member.bytes.size(), static_cast<std::size_t>(damage.value)));
    }
  }
  out.push_back(std::move(member));
}

Members lay_out_docker(std::span<const Image> images, const LayoutOptions& options) {
  Members blobs, documents;
  Json manifest = Json::array();
  std::vector<std::string> tops;
  std::map<std::string, std::string> first_with;  // diff ID -> ID of the first layer that has it
  std::set<std::string> ids;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Image& image = images[i];
    const std::string config = config_json(image);
    const std::string config_path = sha256_hex(config) + ".json";
    Json entry{{"Config", config_path}, {"RepoTags", repo_tags(image)}, {"Layers", Json::array()}};
    std::string parent;
    for (std::size_t j = 0; j < image.layers.size(); ++j) {
      const std::string diff_id = diff_id_of(image.layers[j]);
      // An ID names the chain of layers up to this one, so that equal chains share it.
      const std::string id = sha256_hex(parent + " " + diff_id);
      entry["Layers"].push_back(id + "/layer.tar");
      if (ids.insert(id).second) {
        Json v1{{"id", id}};
        if (!parent.empty()) v1["parent"] = parent;
        v1["created"] = image.created;
        v1["os"] = image.os;
        if (options.has_directories) blobs.push_back({id, "", '5'});
        blobs.push_back({id + "/VERSION", "1.0"});
        blobs.push_back({id + "/json", v1.dump()});
        const auto [known, is_new] = first_with.emplace(diff_id, id);
        Member layer{id + "/layer.tar", {}};
        if (is_new) {
          layer.bytes = stored_bytes(image.layers[j]);
        } else {
          layer.type = '2';
          layer.link = "../" + known->second + "/layer.tar";
        }
        damage_docker(layer, Damage::Part::layer, i, j, options, blobs);
      }
      parent = id;
    }
    tops.push_back(parent);
    Member member{config_path, config};
    damage_docker(member, Damage::Part::config, i, 0, options, documents);
    manifest.push_back(std::move(entry));
  }
  documents.push_back({"manifest.json", manifest.dump()});
  if (options.has_repositories) {
    documents.push_back({"repositories", docker_repositories(images, tops).dump()});
  }
  return in_order({}, std::move(blobs), std::move(documents), options);
}

}  // namespace

Member* find_member(Members& members, std::string_view path) {
  const auto found = std::ranges::find(members, path, &Member::path);
  return found == members.end() ? nullptr : &*found;
}

Members lay_out(std::span<const Image> images, Layout layout, const LayoutOptions& options) {
  return layout == Layout::docker_archive ? lay_out_docker(images, options)
                                          : lay_out_oci(images, layout, options);
}

std::string archive_of(const Members& members, Compression compression, TarFormat format) {
  const std::unique_ptr<Compressor> out = make_compressor(compression);
  TarWriter tar([&out](std::string_view piece) { out->append(piece); }, format);
  for (const Member& member : members) {
    TarEntry entry = file(member.path, member.bytes);
    entry.type = member.type;
    entry.link = member.link;
    if (member.type == '5') {
      entry.path += "/";
      entry.mode = 0755;
    }
    tar.add(entry);
  }
  tar.finish();
  return out->finish();
}

std::string build_archive(std::span<const Image> images, Layout layout,
                          const LayoutOptions& options, Compression compression) {
  return archive_of(lay_out(images, layout, options), compression);
}

}  // namespace bulkhead::test_support
