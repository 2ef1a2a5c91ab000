#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::python {

/// What pip and its like install, wherever it lies (a virtual environment, a user's site, a
/// distribution's dist-packages); what lock files pin; conda's packages.
inline constexpr std::string_view kTails[] = {
    "*.dist-info/METADATA",
    "*.dist-info/direct_url.json",
    "*.egg-info/PKG-INFO",
    "*.egg-info",
    "EGG-INFO/PKG-INFO",
    "*.egg",
    "*.whl",
    "_vendor/vendor.txt",
    "_vendor/vendored.txt",
    "vendor/vendor.txt",
    "*requirements*.txt",
    "requirements/*.txt",
    "Pipfile.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "pylock.toml",
    "pylock.*.toml",
    "conda-meta/*.json",
};

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::python
