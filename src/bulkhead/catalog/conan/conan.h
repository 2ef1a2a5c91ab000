#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::conan {

/// Conan's conan.lock, of Conan 1 (a graph) and 2 (lists).
/// @see https://docs.conan.io/2/tutorial/versioning/lockfiles.html
inline constexpr std::string_view kTails[] = {
    "conan.lock",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::conan
