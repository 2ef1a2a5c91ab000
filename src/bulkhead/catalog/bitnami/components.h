#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::bitnami {

struct Component {
  std::string name;
  std::string version;  // with the number of Bitnami's build: "7.4.1-0"
  std::string architecture;
  std::vector<std::string> licences;
  PathList files;  // below the component's folder
};

struct ComponentFacts final : Facts {
  std::vector<Component> components;
  bool is_list = false;                // of .bitnami_components.json
  std::uint64_t owned_path_bytes = 0;  // --max-owned-path-bytes of the run that read it

  std::uint64_t memory_bytes() const override;
};

/// Reads `.bitnami_components.json`: an object whose members are the components' names, each with
/// its version and arch. One without a valid version is a gap.
/// @error malformed  The file is no such JSON; limit_exceeded: longer than --max-document-bytes.
std::unique_ptr<FileReader> open_list(const FileInfo& file, const ReadContext& context);

/// Reads `.spdx-NAME.spdx`, in SPDX's JSON or its tag-value form: each package whose purl is of
/// type bitnami, with its licence and, in JSON, the files that it CONTAINS. Packages of other kinds
/// (what a component has embedded) are counted in a note.
/// @error malformed  It is neither; limit_exceeded: longer than --max-document-bytes.
/// @see https://spdx.github.io/spdx-spec/v2.3/
std::unique_ptr<FileReader> open_spdx(const FileInfo& file, const ReadContext& context);

}  // namespace bulkhead::catalog::bitnami
