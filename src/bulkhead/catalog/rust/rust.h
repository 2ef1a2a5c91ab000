#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::rust {

/// What a Rust project declares. Programs with their list of crates: catalog/executable.
inline constexpr std::string_view kTails[] = {"Cargo.lock"};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::rust
