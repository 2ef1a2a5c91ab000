#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"
#include "bulkhead/image/layout.h"
#include "bulkhead/image/path.h"
#include "bulkhead/io/hash.h"

namespace bulkhead::image {
namespace {

using format::JsonValue;

std::vector<std::string> texts_of(JsonValue array) {
  std::vector<std::string> texts;
  array.for_each_element([&](JsonValue text) { texts.emplace_back(text.text_or("")); });
  return texts;
}

struct SavedImage {
  std::string config;
  std::vector<std::string> tags;
  std::vector<std::string> layers;
};

Result<std::vector<SavedImage>> parse_manifest(std::string_view text) {
  format::JsonDocument document;
  BH_TRY(const JsonValue root, document.parse(text));
  if (!root.is_array()) return fail(Code::malformed, "manifest.json: not a JSON array");
  std::vector<SavedImage> images;
  bool is_good = true;
  root.for_each_element([&](JsonValue image) {
    is_good = is_good && image["Layers"].is_array();
    images.push_back({std::string(image["Config"].text_or("")), texts_of(image["RepoTags"]),
                      texts_of(image["Layers"])});
  });
  if (!is_good) return fail(Code::malformed, "manifest.json: an image has no list of Layers");
  if (images.empty()) return fail(Code::malformed, "manifest.json: it lists no image");
  return images;
}

Result<SavedImage> pick_image(std::vector<SavedImage> images, std::string_view pick) {
  std::vector<std::string> names;
  const SavedImage* found = nullptr;
  std::size_t index = 0;
  for (const SavedImage& image : images) {
    const bool is_here = std::ranges::any_of(
        image.tags, [&](const std::string& tag) { return is_same_name(pick, tag); });
    if (is_here || pick == fmt::format("@{}", index) ||
        (pick.starts_with("@sha256:") && image.config.contains(pick.substr(8)))) {
      if (found == nullptr) found = &image;
    }
    names.push_back(image.tags.empty() ? fmt::format("@{}", index) : image.tags.front());
    ++index;
  }
  if (pick.empty() && images.size() == 1) return std::move(images.front());
  if (found != nullptr) return *found;
  constexpr std::size_t kMostNames = 20;
  const std::size_t count = names.size();
  names.resize(std::min(count, kMostNames));
  return fail(Code::not_found,
              fmt::format("{}; it has {}{} (write FILE:NAME)",
                          pick.empty() ? fmt::format("the archive has {} images", count)
                                       : fmt::format("the archive has no image '{}'", pick),
                          fmt::join(names, ", "), count > kMostNames ? ", ..." : ""));
}

}  // namespace

std::optional<Digest> digest_in_name(std::string_view path, std::string_view suffix) {
  std::string_view name = name_of(path);
  if (!suffix.empty() && name.ends_with(suffix)) name.remove_suffix(suffix.size());
  if (path.starts_with("blobs/")) {
    const std::string_view algorithm = name_of(parent_of(path));
    if (auto digest = parse_digest(fmt::format("{}:{}", algorithm, name))) return *digest;
    return std::nullopt;
  }
  if (auto digest = parse_digest(name)) return *digest;
  if (suffix == ".json") {
    if (auto digest = parse_digest(fmt::format("sha256:{}", name))) return *digest;
  }
  return std::nullopt;
}

Result<OpenTarget> open_docker_archive(const Members& members, std::string_view pick,
                                       const TargetRequest& request, const RunContext& context,
                                       Notes& notes) {
  BH_TRY(const std::string manifest,
         read_document(members, "manifest.json", std::nullopt, context.limits));
  auto images = parse_manifest(manifest);
  if (!images) return std::unexpected(located(std::move(images).error(), "manifest.json"));
  BH_TRY(const SavedImage image, pick_image(*std::move(images), pick));
  if (image.layers.size() > context.limits.layers) {
    return fail(
        Code::limit_exceeded,
        fmt::format("manifest.json: {} layers, more than --max-layers", image.layers.size()));
  }

  OpenTarget open;
  open.target.kind = TargetKind::image;
  open.target.tags = image.tags;
  for (const std::string& path : image.layers) {
    LayerInfo& info = open.layers.emplace_back();
    LayerSource& source = open.sources.emplace_back();
    info.index = static_cast<std::uint32_t>(open.layers.size() - 1);
    source.digest = digest_in_name(path, "");
    if (source.digest) info.digest = source.digest->str();
    if (auto blob = members.open(path)) {
      source.blob = *std::move(blob);
      info.size_bytes = source.blob->size();
    } else {
      Error error = std::move(blob).error();
      error.where = fmt::format("layer {}", info.index);
      error.what = fmt::format("{} (manifest.json wants '{}')", error.what, path);
      notes.add(NoteLevel::incomplete, error);
    }
  }

  const std::optional<Digest> config_digest = digest_in_name(image.config, ".json");
  auto text = read_document(members, image.config, config_digest, context.limits);
  auto config = text ? parse_config(*text) : Result<ImageConfig>(std::unexpected(text.error()));
  if (!config) {
    notes.add(NoteLevel::incomplete, located(std::move(config).error(), image.config));
    return open;
  }
  BH_TRY(io::Hasher hasher, io::Hasher::create("sha256"));
  hasher.update(as_bytes(*text));
  open.target.image_id = "sha256:" + hasher.finish_hex();
  apply_config(*config, open, notes);
  if (request.platform && !is_match(*request.platform, config->platform)) {
    return fail(Code::not_found, fmt::format("the image is for {}, not for {}",
                                             config->platform.str(), request.platform->str()));
  }
  return open;
}

}  // namespace bulkhead::image
