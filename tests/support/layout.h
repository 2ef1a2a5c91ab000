#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "tests/support/image_builder.h"

namespace bulkhead::test_support {

/// A file, folder or link of an image archive or layout folder.
struct Member {
  std::string path;
  std::string bytes = {};
  char type = '0';  // as in a tar: '0' file, '2' symbolic link, '5' directory
  std::string link = {};
};
using Members = std::vector<Member>;

/// The member at `path`, or nullptr. Cases of damage change what it holds.
Member* find_member(Members& members, std::string_view path);

enum class Layout {
  docker_archive,      // `docker save` before version 25: ID/layer.tar, VERSION, json, repositories
  docker_archive_oci,  // since then: manifest.json over an OCI layout
  oci_archive,         // a tar of an OCI layout
  oci_dir,             // the same as a folder
};

/// What is wrong on purpose with one descriptor and its blob (layouts that have descriptors).
struct Damage {
  enum class Part { layer, config, manifest, nested_index };
  enum class Kind {
    wrong_digest,    // the blob lies where the descriptor says, but its bytes are others
    wrong_size,      // the descriptor's size is `value`
    missing_blob,    // not written
    truncated_blob,  // cut after `value` bytes; digest and size stay
  };
  Part part = Part::layer;
  Kind kind = Kind::wrong_digest;
  std::size_t image = 0;
  std::size_t layer = 0;
  std::int64_t value = 0;
};

struct LayoutOptions {
  bool manifest_last = true;     // manifest.json and index.json after the blobs, else first
  std::size_t index_depth = 0;   // indexes around the image manifests below index.json
  bool has_repositories = true;  // docker archives: the file `repositories`
  bool has_directories = true;   // members for folders
  std::vector<Damage> damage = {};
};

/// The members of a layout. `images` of an OCI layout with a nested index are its platforms; in
/// index.json each image stands with its tag, or, at a depth above 0, the outermost index with the
/// first image's tag.
Members lay_out(std::span<const Image> images, Layout layout, const LayoutOptions& options = {});

/// A tar of the members, compressed as a whole where asked.
std::string archive_of(const Members& members, Compression compression = Compression::none,
                       TarFormat format = TarFormat::ustar);

/// Both at once.
std::string build_archive(std::span<const Image> images, Layout layout,
                          const LayoutOptions& options = {},
                          Compression compression = Compression::none);

/// Writes the members below `folder`, which is made.
/// @error io         The system's message.
/// @error malformed  A member whose path would leave the folder.
Result<void> write_folder(const Members& members, const std::string& folder);

/// @error io  The system's message.
Result<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace bulkhead::test_support
