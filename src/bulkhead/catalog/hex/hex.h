#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::hex {

/// Lock files of Elixir's Mix and Erlang's Rebar: packages of Hex, and git by its commit.
/// @see Mix, lib/mix/lib/mix/dep/lock.ex; rebar3, "rebar.lock"
inline constexpr std::string_view kTails[] = {
    "mix.lock",
    "rebar.lock",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::hex
