#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::cran {

/// R's packages: a folder a package with its DESCRIPTION, which has "Built:" once it is installed.
/// @see Writing R Extensions, "The DESCRIPTION file"
inline constexpr std::string_view kTails[] = {
    "DESCRIPTION",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::cran
