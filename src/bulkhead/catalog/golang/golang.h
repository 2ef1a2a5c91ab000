#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::golang {

/// What a Go module's source declares. Programs that were built from it: catalog/executable.
inline constexpr std::string_view kTails[] = {"go.mod", "go.sum"};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
/// A go.sum counts where no go.mod lies beside it.
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::golang
