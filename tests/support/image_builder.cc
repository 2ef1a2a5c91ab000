#include "tests/support/image_builder.h"

#include <cstdio>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "bulkhead/base/bytes.h"
#include "bulkhead/io/hash.h"

namespace bulkhead::test_support {
namespace {

using Json = nlohmann::ordered_json;

Json strings(const std::vector<std::string>& values) {
  Json list = Json::array();
  for (const std::string& value : values) list.push_back(value);
  return list;
}

/// A set in the configuration is an object of empty objects.
Json string_set(const std::vector<std::string>& values) {
  Json set = Json::object();
  for (const std::string& value : values) set[value] = Json::object();
  return set;
}

Json run_config(const RunConfig& config) {
  Json json = Json::object();
  if (!config.user.empty()) json["User"] = config.user;
  if (!config.exposed_ports.empty()) json["ExposedPorts"] = string_set(config.exposed_ports);
  if (!config.env.empty()) json["Env"] = strings(config.env);
  if (!config.entrypoint.empty()) json["Entrypoint"] = strings(config.entrypoint);
  if (!config.cmd.empty()) json["Cmd"] = strings(config.cmd);
  if (!config.volumes.empty()) json["Volumes"] = string_set(config.volumes);
  if (!config.working_dir.empty()) json["WorkingDir"] = config.working_dir;
  for (const auto& [key, value] : config.labels) json["Labels"][key] = value;
  return json;
}

Json history_line(const History& line, const Image& image) {
  Json json{{"created", line.created.empty() ? image.created : line.created}};
  if (!line.created_by.empty()) json["created_by"] = line.created_by;
  if (!line.comment.empty()) json["comment"] = line.comment;
  if (line.is_empty_layer) json["empty_layer"] = true;
  return json;
}

}  // namespace

Layer make_layer(std::span<const TarEntry> entries, Compression compression, TarFormat format) {
  return {.tar = make_tar(entries, format), .compression = compression};
}

std::string sha256_hex(std::string_view bytes) {
  Result<io::Hasher> hasher = io::Hasher::create("sha256");
  if (!hasher) {
    std::fprintf(stderr, "test support: %s\n", hasher.error().what.c_str());
    std::abort();
  }
  hasher->update(as_bytes(bytes));
  return hasher->finish_hex();
}

std::string sha256_digest(std::string_view bytes) { return "sha256:" + sha256_hex(bytes); }

std::string stored_bytes(const Layer& layer) {
  return layer.stored ? *layer.stored : compress(layer.tar, layer.compression, layer.options);
}

std::string diff_id_of(const Layer& layer) {
  return layer.diff_id.empty() ? sha256_digest(layer.tar) : layer.diff_id;
}

std::string media_type_of(const Layer& layer) {
  if (!layer.media_type.empty()) return layer.media_type;
  const std::string tar = "application/vnd.oci.image.layer.v1.tar";
  if (layer.compression == Compression::none) return tar;
  // The specification names +gzip and +zstd; xz and bzip2 are written the same way.
  static constexpr std::string_view kNames[] = {"", "gzip", "zstd", "xz", "bzip2"};
  return tar + "+" + std::string(kNames[static_cast<std::size_t>(layer.compression)]);
}

std::string config_json(const Image& image) {
  if (image.config_json) return *image.config_json;
  Json json{{"architecture", image.architecture}};
  if (!image.variant.empty()) json["variant"] = image.variant;
  json["os"] = image.os;
  json["created"] = image.created;
  json["config"] = run_config(image.config);
  json["rootfs"] = Json{{"type", "layers"}, {"diff_ids", Json::array()}};
  for (const Layer& layer : image.layers) json["rootfs"]["diff_ids"].push_back(diff_id_of(layer));
  json["history"] = Json::array();
  for (const History& line : image.history) json["history"].push_back(history_line(line, image));
  if (image.history.empty()) {
    for (std::size_t i = 0; i < image.layers.size(); ++i) {
      json["history"].push_back(history_line({}, image));
    }
  }
  return json.dump();
}

}  // namespace bulkhead::test_support
