#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::kernel {

/// Linux kernels that lie in a tree: images, and the folders of their modules (told by the lists
/// that a build writes into each; single modules are not looked at).
inline constexpr std::string_view kPatterns[] = {
    "boot/Image*",
    "boot/bzImage*",
    "boot/kernel-*",
    "boot/vmlinux*",
    "boot/vmlinuz*",
    "lib/modules/*/modules.builtin",
    "lib/modules/*/modules.order",
    "lib/modules/*/vmlinuz",
    "usr/lib/modules/*/modules.builtin",
    "usr/lib/modules/*/modules.order",
    "usr/lib/modules/*/vmlinuz",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);

/// One package of type generic, "linux", for each version, but for those of which a file is listed
/// by a package that is there already: advisories about that package hold for the kernel. So this
/// joins after all package databases.
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::kernel
