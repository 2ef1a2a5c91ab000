#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::php {

/// What Composer and PEAR installed, what Composer's lock files declare (not those of installed
/// packages), and WordPress itself.
inline constexpr std::string_view kTails[] = {
    ".registry/*.reg",
    "composer.lock",
    "composer/installed.json",
    "wp-includes/version.php",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::php
