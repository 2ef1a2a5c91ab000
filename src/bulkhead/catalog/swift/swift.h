#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::swift {

/// Swift's Package.resolved, version 1 to 3. A package is called by its repository, as advisories
/// do: "github.com/apple/swift-nio".
/// @see https://github.com/swiftlang/swift-package-manager,
/// Sources/PackageGraph/ResolvedPackagesStore.swift
inline constexpr std::string_view kTails[] = {
    "Package.resolved",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::swift
