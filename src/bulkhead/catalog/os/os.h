#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::os {

/// Which operating system a tree holds: os-release, or the release files of before its time.
///
/// The first file of this order that names a system wins; what it leaves open (Debian testing and
/// sid have no VERSION_ID) is taken from later ones that name the same system. `*-release` files
/// of the Red Hat family stand before redhat-release, which their rebuilds keep for programs that
/// look for it; lsb-release stands before debian_version, which derivatives keep from Debian.
inline constexpr std::string_view kPatterns[] = {
    "etc/os-release",        "usr/lib/os-release", "etc/alpine-release",
    "etc/oracle-release",    "etc/rocky-release",  "etc/almalinux-release",
    "etc/openEuler-release", "etc/photon-release", "etc/azurelinux-release",
    "etc/mariner-release",   "etc/centos-release", "etc/fedora-release",
    "etc/redhat-release",    "etc/system-release", "etc/SuSE-release",
    "etc/openwrt_release",   "etc/arch-release",   "etc/lsb-release",
    "etc/debian_version",
};

/// Keeps the file's text: what it means depends on the path at which the final tree has it.
std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::os
