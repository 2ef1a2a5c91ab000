#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::ruby {

/// Gems: what RubyGems installed (default gems of the interpreter, too), and what Bundler's lock
/// files declare; not those that gems bring along.
inline constexpr std::string_view kTails[] = {
    "Gemfile.lock",
    "gems.locked",
    "specifications/*.gemspec",
    "specifications/default/*.gemspec",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::ruby
