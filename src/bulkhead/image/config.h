#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/model/note.h"

namespace bulkhead::image {

/// An operating system and processor, as OCI and Docker name them.
struct Platform {
  std::string os;
  std::string architecture;
  std::string variant;

  std::string str() const;
};

/// Reads "linux/arm64/v8". Names that people use for architectures ("x86_64", "aarch64") are taken
/// too.
/// @error malformed  Not os/arch or os/arch/variant.
Result<Platform> parse_platform(std::string_view text);

/// That of the machine that this runs on.
Platform host_platform();

/// Can a container of `image` run on `wanted`? Variants count where both name one; arm64's only
/// variant is v8.
bool is_match(const Platform& wanted, const Platform& image);

/// What an image's configuration says that a scan needs.
struct ImageConfig {
  Platform platform;
  std::vector<std::string> diff_ids;    // as written: checked where they are used
  std::vector<std::string> created_by;  // of the history's steps that made a layer
};

/// @error malformed  Not a JSON object.
/// @see OCI image specification 1.1, config.md; Docker image specification 1.2.
Result<ImageConfig> parse_config(std::string_view text);

}  // namespace bulkhead::image
