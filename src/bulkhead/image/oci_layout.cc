#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"
#include "bulkhead/image/layout.h"

namespace bulkhead::image {
namespace {

using format::JsonValue;

constexpr std::string_view kRefName = "org.opencontainers.image.ref.name";
constexpr std::string_view kImageName = "io.containerd.image.name";

struct Descriptor {
  std::string media_type;
  Digest digest;
  std::optional<std::uint64_t> size_bytes;
  std::optional<Platform> platform;
  std::vector<std::string> names;
  bool has_urls = false;

  bool is_index() const {
    return media_type == "application/vnd.oci.image.index.v1+json" ||
           media_type == "application/vnd.docker.distribution.manifest.list.v2+json";
  }
  bool is_foreign() const {
    return media_type.contains("nondistributable") || media_type.contains(".foreign.");
  }
};

std::string blob_path(const Digest& digest) {
  return fmt::format("blobs/{}/{}", digest.algorithm, digest.hex);
}

Result<Descriptor> parse_descriptor(JsonValue value) {
  const auto digest_text = value["digest"].text();
  if (!digest_text) return fail(Code::malformed, "descriptor: it has no digest");
  BH_TRY(Digest digest, parse_digest(*digest_text));
  Descriptor descriptor{std::string(value["mediaType"].text_or("")), std::move(digest), {}, {}, {}};
  if (value["size"].exists()) {
    const auto size = value["size"].integer();
    if (!size || *size < 0) return fail(Code::malformed, "descriptor: its size is no size");
    descriptor.size_bytes = static_cast<std::uint64_t>(*size);
  }
  if (const JsonValue platform = value["platform"]; platform.is_object()) {
    descriptor.platform = Platform{std::string(platform["os"].text_or("")),
                                   std::string(platform["architecture"].text_or("")),
                                   std::string(platform["variant"].text_or(""))};
  }
  for (const std::string_view key : {kImageName, kRefName}) {
    if (const auto name = value["annotations"][key].text()) descriptor.names.emplace_back(*name);
  }
  descriptor.has_urls = value["urls"].size() > 0;
  return descriptor;
}

/// BuildKit keeps provenance beside the images of an index; it has no file system.
bool is_attestation(JsonValue descriptor) {
  return descriptor["annotations"]["vnd.docker.reference.type"].exists() ||
         (descriptor["platform"]["os"].text_or("") == "unknown" &&
          descriptor["platform"]["architecture"].text_or("") == "unknown");
}

/// Signatures, charts and the like are stored as manifests whose configuration is no image's.
bool is_image_config(std::string_view media_type) {
  return media_type.empty() || media_type == "application/vnd.oci.image.config.v1+json" ||
         media_type == "application/vnd.docker.container.image.v1+json";
}

class LayoutReader {
 public:
  LayoutReader(const Members& members, const TargetRequest& request, const RunContext& context,
               Notes& notes)
      : members_(members), request_(request), context_(context), notes_(notes) {}

  /// Follows index.json down to one image manifest's descriptor.
  Result<Descriptor> find_manifest(std::string_view pick) {
    BH_TRY(std::string text, read_document(members_, "index.json", std::nullopt, context_.limits));
    std::string where = "index.json";
    for (std::uint64_t depth = 0; depth <= context_.limits.index_depth; ++depth) {
      auto candidates = parse_index(text);
      if (!candidates) return std::unexpected(located(std::move(candidates).error(), where));
      auto chosen = choose(*std::move(candidates), depth == 0 ? pick : std::string_view{});
      if (!chosen) return std::unexpected(located(std::move(chosen).error(), where));
      if (!chosen->is_index()) return chosen;
      where = blob_path(chosen->digest);
      BH_TRY(text, read_document(members_, where, chosen->digest, context_.limits));
    }
    return fail(Code::limit_exceeded, "index: nested deeper than --max-index-depth");
  }

  Result<OpenTarget> read_manifest(const Descriptor& descriptor) {
    const std::string where = blob_path(descriptor.digest);
    BH_TRY(const std::string text,
           read_document(members_, where, descriptor.digest, context_.limits));
    OpenTarget open;
    open.target.kind = TargetKind::image;
    open.target.manifest_digest = descriptor.digest.str();
    open.target.tags = descriptor.names;
    if (auto read = read_manifest_text(text, open); !read) {
      return std::unexpected(located(std::move(read).error(), where));
    }
    return open;
  }

 private:
  Result<std::vector<Descriptor>> parse_index(std::string_view text) {
    format::JsonDocument document;
    BH_TRY(const JsonValue root, document.parse(text));
    if (!root["manifests"].is_array()) {
      return fail(Code::malformed, "index: it has no list of manifests");
    }
    std::vector<Descriptor> candidates;
    Result<void> failed;
    root["manifests"].for_each_element([&](JsonValue value) {
      if (is_attestation(value) || !is_image_config(value["artifactType"].text_or(""))) return;
      auto descriptor = parse_descriptor(value);
      if (descriptor) {
        candidates.push_back(*std::move(descriptor));
      } else if (failed) {
        failed = std::unexpected(std::move(descriptor).error());
      }
    });
    if (!failed && candidates.empty()) return std::unexpected(std::move(failed).error());
    if (!failed) notes_.add(NoteLevel::info, located(std::move(failed).error(), "index"));
    return candidates;
  }

  Result<Descriptor> choose(std::vector<Descriptor> candidates, std::string_view pick) {
    if (candidates.empty()) return fail(Code::not_found, "index: it lists no image");
    const std::vector<Descriptor> all = candidates;
    if (!pick.empty()) {
      std::erase_if(candidates, [&](const Descriptor& candidate) {
        return !(pick == "@" + candidate.digest.str() ||
                 std::ranges::any_of(candidate.names, [&](const std::string& name) {
                   return is_same_name(pick, name);
                 }));
      });
      if (candidates.empty()) {
        return fail(Code::not_found,
                    fmt::format("index: no image '{}'; it has {}", pick, list_names(all)));
      }
    }
    const Platform wanted = request_.platform.value_or(host_platform());
    if (candidates.size() > 1) drop_artifacts(candidates, wanted);
    std::vector<Descriptor> fitting = candidates;
    std::erase_if(fitting, [&](const Descriptor& candidate) {
      return candidate.platform && !is_match(wanted, *candidate.platform);
    });
    if (fitting.size() == 1 || is_one_image(fitting)) return fitting.front();
    if (fitting.empty() && candidates.size() == 1 && !request_.platform) {
      return candidates.front();  // the only one there is
    }
    if (fitting.empty()) {
      return fail(Code::not_found, fmt::format("index: no image for {} (--platform); it has {}",
                                               wanted.str(), list_platforms(candidates)));
    }
    return fail(Code::not_found, fmt::format("index: several images; name one of {} "
                                             "(PATH:NAME or PATH@DIGEST)",
                                             list_names(fitting)));
  }

  static bool is_one_image(const std::vector<Descriptor>& candidates) {
    return !candidates.empty() && std::ranges::all_of(candidates, [&](const Descriptor& other) {
      return other.digest == candidates.front().digest;
    });
  }

  /// Takes out manifests whose configuration is no image's, if others are left. What is for
  /// another platform is left unread: each manifest may be a request to a registry.
  void drop_artifacts(std::vector<Descriptor>& candidates, const Platform& wanted) {
    std::vector<Descriptor> images;
    for (const Descriptor& candidate : candidates) {
      const bool is_other = candidate.platform && !is_match(wanted, *candidate.platform);
      if (candidate.is_index() || is_other) {
        images.push_back(candidate);
        continue;
      }
      const auto text =
          read_document(members_, blob_path(candidate.digest), candidate.digest, context_.limits);
      format::JsonDocument document;
      const auto root = text ? document.parse(*text) : Result<JsonValue>(JsonValue{});
      if (!root || is_image_config((*root)["config"]["mediaType"].text_or(""))) {
        images.push_back(candidate);  // one that cannot be read may still be the image
      }
    }
    if (!images.empty()) candidates = std::move(images);
  }

  static std::string list_names(const std::vector<Descriptor>& candidates) {
    std::vector<std::string> names;
    constexpr std::size_t kMostNames = 20;
    for (const Descriptor& candidate : candidates) {
      if (names.size() == kMostNames) {
        names.emplace_back("...");
        break;
      }
      names.push_back(candidate.names.empty() ? "@" + candidate.digest.str()
                                              : candidate.names.front());
    }
    return fmt::format("{}", fmt::join(names, ", "));
  }

  static std::string list_platforms(const std::vector<Descriptor>& candidates) {
    std::vector<std::string> names;
    for (const Descriptor& candidate : candidates) {
      if (candidate.platform) names.push_back(candidate.platform->str());
    }
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return fmt::format("{}", fmt::join(names, ", "));
  }

  Result<void> read_manifest_text(std::string_view text, OpenTarget& open) {
    format::JsonDocument document;
    BH_TRY(const JsonValue root, document.parse(text));
    if (root["schemaVersion"].integer() == 1) {
      return fail(Code::unsupported,
                  "manifest: schema version 1 was given up in 2019; save the "
                  "image again with a newer tool");
    }
    if (!root["layers"].is_array()) return fail(Code::malformed, "manifest: it has no layers");
    if (root["layers"].size() > context_.limits.layers) {
      return fail(Code::limit_exceeded, fmt::format("manifest: {} layers, more than --max-layers",
                                                    root["layers"].size()));
    }
    Result<void> failed;
    root["layers"].for_each_element([&](JsonValue value) {
      auto descriptor = parse_descriptor(value);
      if (descriptor) {
        add_layer(*descriptor, open);
      } else if (failed) {
        failed = std::unexpected(std::move(descriptor).error());
      }
    });
    BH_CHECK(failed);
    read_config(root["config"], open);
    return {};
  }

  void add_layer(const Descriptor& descriptor, OpenTarget& open) {
    LayerInfo& info = open.layers.emplace_back();
    LayerSource& source = open.sources.emplace_back();
    info.index = static_cast<std::uint32_t>(open.layers.size() - 1);
    info.digest = descriptor.digest.str();
    source.digest = descriptor.digest;
    const std::string where = fmt::format("layer {}", info.index);
    auto blob = members_.open(blob_path(descriptor.digest));
    if (!blob) {
      Error error = std::move(blob).error();
      if (descriptor.is_foreign() || descriptor.has_urls) {
        error.what = "foreign layer: it is kept elsewhere and not in this image";
      }
      error.where = where;
      error.what = fmt::format("{} ({})", error.what, descriptor.digest.str());
      notes_.add(NoteLevel::incomplete, error);
      info.size_bytes = descriptor.size_bytes.value_or(0);
      return;
    }
    source.blob = *std::move(blob);
    info.size_bytes = source.blob->size();
    if (descriptor.size_bytes && *descriptor.size_bytes != info.size_bytes) {
      notes_.add({NoteLevel::incomplete, "size-mismatch",
                  fmt::format("blob: {} bytes, and its descriptor says {}", info.size_bytes,
                              *descriptor.size_bytes),
                  where});
    }
  }

  void read_config(JsonValue value, OpenTarget& open) {
    auto descriptor = parse_descriptor(value);
    auto text = descriptor ? read_document(members_, blob_path(descriptor->digest),
                                           descriptor->digest, context_.limits)
                           : Result<std::string>(std::unexpected(descriptor.error()));
    auto config = text ? parse_config(*text) : Result<ImageConfig>(std::unexpected(text.error()));
    if (!config) {
      notes_.add(NoteLevel::incomplete, located(std::move(config).error(), "config"));
      return;
    }
    open.target.image_id = descriptor->digest.str();
    apply_config(*config, open, notes_);
  }

  const Members& members_;
  const TargetRequest& request_;
  const RunContext& context_;
  Notes& notes_;
};

}  // namespace

Result<OpenTarget> open_oci_layout(const Members& members, std::string_view pick,
                                   const TargetRequest& request, const RunContext& context,
                                   Notes& notes) {
  LayoutReader reader(members, request, context, notes);
  BH_TRY(const Descriptor manifest, reader.find_manifest(pick));
  return reader.read_manifest(manifest);
}

}  // namespace bulkhead::image
