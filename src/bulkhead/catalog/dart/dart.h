#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::dart {

/// Dart's pubspec.lock: hosted packages and those of git; neither paths nor the SDK's own.
/// @see https://dart.dev/tools/pub/glossary#lockfile
inline constexpr std::string_view kTails[] = {
    "pubspec.lock",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::dart
