#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::opkg {

/// opkg's database, in OpenWrt (usr/lib/opkg) and in Yocto's images (var/lib/opkg): `status` as
/// dpkg writes it, with a list of files a package in `info`. One database under two paths is
/// listed once.
inline constexpr std::string_view kPatterns[] = {
    "usr/lib/opkg/info/*.list",
    "usr/lib/opkg/status",
    "var/lib/opkg/info/*.list",
    "var/lib/opkg/status",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::opkg
