#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::npm {

/// What npm, yarn and pnpm install: a folder a package with its manifest, nested as far as it goes.
/// And what lock files declare; npm's node_modules/.package-lock.json is not among them, since it
/// says again what is installed.
inline constexpr std::string_view kTails[] = {
    "node_modules/*/package.json",
    "node_modules/@*/*/package.json",
    "bun.lock",
    "deno.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "pnpm-lock.yaml",
    "yarn.lock",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::npm
