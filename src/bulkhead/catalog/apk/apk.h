#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::apk {

/// apk's database, in Alpine, Wolfi, Chainguard and OpenWrt images: text, with apk 3 as with apk 2.
/// Trees with merged /usr have it under usr/lib; OpenWrt has one more for packages in volumes of
/// their own. All that are there are read, and what they share is listed once.
inline constexpr std::string_view kPatterns[] = {
    "lib/apk/db-uvol/installed",
    "lib/apk/db/installed",
    "usr/lib/apk/db/installed",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::apk
