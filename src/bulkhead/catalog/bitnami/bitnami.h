#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::bitnami {

/// The components that Bitnami's images have under /opt/bitnami: an SPDX document a component, and
/// a list of all of them, which older images have alone. What both name is listed once.
inline constexpr std::string_view kPatterns[] = {
    "opt/bitnami/*/.spdx-*.spdx",
    "opt/bitnami/.bitnami_components.json",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::bitnami
