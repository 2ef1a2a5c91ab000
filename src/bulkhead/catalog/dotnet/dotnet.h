#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::dotnet {

/// NuGet packages: what a published application or a shared framework was put together from, and
/// what projects declare.
inline constexpr std::string_view kTails[] = {
    "*.deps.json",
    "Directory.Packages.props",
    "packages.config",
    "packages.lock.json",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::dotnet
