#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::alpm {

/// pacman's database, in Arch and what derives from it: a folder a package with what it is (`desc`)
/// and its files (`files`). rpm-ostree-like systems keep it in usr/lib/sysimage.
inline constexpr std::string_view kPatterns[] = {
    "usr/lib/sysimage/lib/pacman/local/*/desc",
    "usr/lib/sysimage/lib/pacman/local/*/files",
    "var/lib/pacman/local/*/desc",
    "var/lib/pacman/local/*/files",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::alpm
