#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::hackage {

/// Haskell's lock files: Stack's and Cabal's.
/// @see https://docs.haskellstack.org/en/stable/topics/lock_files/;
/// https://cabal.readthedocs.io/en/stable/cabal-commands.html#cabal-freeze
inline constexpr std::string_view kTails[] = {
    "cabal.project.freeze",
    "stack.yaml.lock",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::hackage
