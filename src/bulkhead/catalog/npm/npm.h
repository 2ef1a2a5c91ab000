#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::npm {

/// What npm, yarn and pnpm install: a folder a package with its manifest, nested as far as it goes.
inline constexpr std::string_view kTails[] = {
    "node_modules/*/package.json",
    "node_modules/@*/*/package.json",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::npm
