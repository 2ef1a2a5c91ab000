#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::bottlerocket {

/// Bottlerocket's inventory, which its build writes in place of an rpm database.
inline constexpr std::string_view kPatterns[] = {
    "usr/share/bottlerocket/application-inventory.json",
};

/// Reads the inventory: an object whose "Content" is a list of packages with Name, Version,
/// Release, Epoch, Architecture and Publisher. A package without a valid name, version or release
/// is a gap.
///
/// @error malformed  The file is no such JSON; limit_exceeded: longer than --max-document-bytes.
/// @see https://bottlerocket.dev, "Software Inventory"
std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::bottlerocket
