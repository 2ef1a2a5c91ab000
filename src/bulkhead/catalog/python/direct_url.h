#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::python {

/// Where a distribution was installed from, if not from an index by its name.
struct DirectUrl {
  std::string vcs_url = {};       // "git+https://example.org/a@COMMIT"
  std::string download_url = {};  // of an archive
  std::string folder_url = {};    // "file:///src/a"
  bool is_editable = false;       // the folder itself is what is imported
};

struct DirectUrlFacts final : Facts {
  DirectUrl url;

  std::uint64_t memory_bytes() const override {
    return sizeof(*this) + url.vcs_url.capacity() + url.download_url.capacity() +
           url.folder_url.capacity();
  }
};

/// Takes a direct_url.json apart. A user and password in a URL are left out.
/// @error malformed  No JSON, or no URL in it.
/// @see PEP 610; https://packaging.python.org/en/latest/specifications/direct-url-data-structure/
Result<DirectUrl> parse_direct_url(std::string_view text);

/// Reads the file. A broken one is an oddity: the library is found without it.
std::unique_ptr<FileReader> open_direct_url(const FileInfo& file, const ReadContext& context);

}  // namespace bulkhead::catalog::python
