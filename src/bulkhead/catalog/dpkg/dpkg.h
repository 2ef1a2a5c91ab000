#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::dpkg {

/// dpkg's database: `status` with a list of files a package in `info`, or, in distroless images,
/// `status.d` with a file and a list of checksums a package. `info/*.md5sums` is not wanted: it
/// names fewer files than the list beside it. Where slices of packages were installed, Chisel's
/// manifest: what dpkg's database has, too, is listed as that says.
inline constexpr std::string_view kPatterns[] = {
    "var/lib/chisel/manifest.wall",
    "var/lib/dpkg/status",
    "var/lib/dpkg/status.d/*",
    "var/lib/dpkg/info/*.list",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::dpkg
