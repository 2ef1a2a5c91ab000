#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::rpm {

/// rpm's database, in one of three formats (told by content, not by name), where distributions keep
/// it: var/lib/rpm, since Fedora 36 and in SUSE usr/lib/sysimage/rpm, with rpm-ostree
/// usr/share/rpm; and the manifest that distroless images have in its place. One database under
/// two paths is listed once.
inline constexpr std::string_view kPatterns[] = {
    "usr/lib/sysimage/rpm/Packages",
    "usr/lib/sysimage/rpm/Packages.db",
    "usr/lib/sysimage/rpm/rpmdb.sqlite",
    "usr/lib/sysimage/rpm/rpmdb.sqlite-journal",
    "usr/lib/sysimage/rpm/rpmdb.sqlite-wal",
    "usr/share/rpm/Packages",
    "usr/share/rpm/Packages.db",
    "usr/share/rpm/rpmdb.sqlite",
    "usr/share/rpm/rpmdb.sqlite-journal",
    "usr/share/rpm/rpmdb.sqlite-wal",
    "var/lib/rpm/Packages",
    "var/lib/rpm/Packages.db",
    "var/lib/rpm/rpmdb.sqlite",
    "var/lib/rpm/rpmdb.sqlite-journal",
    "var/lib/rpm/rpmdb.sqlite-wal",
    "var/lib/rpmmanifest/container-manifest-2",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::rpm
