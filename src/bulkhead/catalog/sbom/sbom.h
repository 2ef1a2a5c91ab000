#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::sbom {

/// Lists of packages that lie in the image, as builders leave them there: Docker's scouts and
/// BuildKit, buildpacks, wheels (PEP 770), apko. Other names of JSON files say too little.
inline constexpr std::string_view kTails[] = {
    "*.cdx.json", "*.spdx.json", "bom.json", "sbom.json", "usr/local/share/sbom/*",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
/// Packages of origin `embedded`, at the place of their list.
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::sbom
