#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::repositories {

/// The files in which a package manager is told where packages come from, and what else decides
/// about that: apt's, apk's, and those of yum, dnf and zypp.
inline constexpr std::string_view kPatterns[] = {
    "etc/apt/sources.list", "etc/apt/sources.list.d/*", "etc/apt/mirrors/*",
    "etc/apt/preferences",  "etc/apt/preferences.d/*",  "etc/apk/repositories",
    "etc/yum.repos.d/*",    "etc/zypp/repos.d/*",       "etc/yum/vars/*",
    "etc/dnf/vars/*",       "etc/zypp/vars.d/*",
};

/// Keeps the file's text.
std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);

/// Fills `out.repositories`, from the operating system and the packages that are there already.
/// A line or section that cannot be made sense of is a gap: what it names is not looked at.
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::repositories
