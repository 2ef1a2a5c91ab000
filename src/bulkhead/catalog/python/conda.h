#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::python {

/// One installed package of conda.
struct CondaFacts final : Facts {
  std::string name;
  std::string version;
  std::string license;
  std::string build;    // "py310h5eee18b_0"
  std::string channel;  // "conda-forge"
  std::string subdir;   // "linux-64", "noarch"

  std::uint64_t memory_bytes() const override {
    return sizeof(*this) + name.capacity() + version.capacity() + license.capacity() +
           build.capacity() + channel.capacity() + subdir.capacity();
  }
};

/// Takes a conda-meta/NAME-VERSION-BUILD.json apart.
/// @error malformed  No JSON, or no valid name or version.
/// @see https://docs.conda.io/projects/conda/en/stable/dev-guide/api/conda/core/prefix_data/;
///      purl-spec, "conda"
Result<std::shared_ptr<CondaFacts>> parse_conda(std::string_view text);

/// Reads the file, up to --max-document-bytes (it lists the package's files). A broken one is an
/// oddity.
std::unique_ptr<FileReader> open_conda(const FileInfo& file, const ReadContext& context);

/// Adds the package, its purl with build, channel and subdir.
void add_conda(const CondaFacts& facts, const JoinFile& file, Inventory& out);

}  // namespace bulkhead::catalog::python
