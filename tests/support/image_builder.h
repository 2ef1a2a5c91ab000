#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/compress.h"
#include "tests/support/tar_writer.h"

namespace bulkhead::test_support {

/// One changeset: what is in it, and how its blob is stored.
struct Layer {
  std::string tar;
  Compression compression = Compression::none;
  CompressOptions options = {};
  /// Blob bytes made elsewhere, in place of the compressed `tar` (then unused); `diff_id` is said
  /// with it.
  std::optional<std::string> stored = {};
  std::string diff_id = {};     // "sha256:..."; empty: the true one of `tar`
  std::string media_type = {};  // empty: the one that fits `compression`
};

/// One line of the configuration's history.
struct History {
  std::string created_by = {};
  bool is_empty_layer = false;
  std::string created = {};
  std::string comment = {};
};

/// What a container of the image runs with.
struct RunConfig {
  std::string user = {};
  std::string working_dir = {};
  std::vector<std::string> env = {};
  std::vector<std::string> entrypoint = {};
  std::vector<std::string> cmd = {};
  std::vector<std::string> exposed_ports = {};  // "8080/tcp"
  std::vector<std::string> volumes = {};
  std::vector<std::pair<std::string, std::string>> labels = {};
};

/// One image for one platform.
struct Image {
  std::vector<Layer> layers = {};
  std::vector<History> history = {};  // empty: one line a layer, without a text
  RunConfig config = {};
  std::string architecture = "amd64";
  std::string os = "linux";
  std::string variant = {};
  std::string created = "1970-01-01T00:00:00Z";
  std::vector<std::string> tags = {};  // "name:tag"
  /// Index in the same list of the image that this one attests: it is then written as a BuildKit
  /// attestation manifest (platform unknown/unknown, annotation vnd.docker.reference.type).
  std::optional<std::size_t> attests = {};
  /// In place of the configuration made from the above.
  std::optional<std::string> config_json = {};
};

/// A layer of these entries.
Layer make_layer(std::span<const TarEntry> entries, Compression compression = Compression::none,
                 TarFormat format = TarFormat::ustar);

std::string sha256_hex(std::string_view bytes);
/// "sha256:" and the hexadecimal digits.
std::string sha256_digest(std::string_view bytes);

/// The blob's bytes, the blob's digest with them, and the true or claimed diff ID.
std::string stored_bytes(const Layer& layer);
std::string diff_id_of(const Layer& layer);
/// The OCI media type of the layer's blob.
std::string media_type_of(const Layer& layer);

/// The image configuration as the OCI image specification (config.md) writes it.
std::string config_json(const Image& image);

}  // namespace bulkhead::test_support
