#pragma once

#include <string>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog {

/// The purl of a library, whose name is taken apart as its type wants: "@scope/name" (npm),
/// "group:artifact" (maven), "github.com/a/b" (golang), "vendor/name" (composer);
/// of pypi in the spelling of PEP 503.
/// @see https://github.com/package-url/purl-spec, "types".
std::string library_purl(PackageType type, std::string_view name, std::string_view version);

/// Adds a library that `file` shows: gives it its purl, id and place.
/// @param package  Has its name, version, type, origin and licences.
/// @param inside   Where in the file it lies, for archives: "WEB-INF/lib/a.jar"; may be empty.
void add_library(Package package, const JoinFile& file, std::string_view inside, Inventory& out);

/// Is `text` fit to be a library's name or version: not empty, no control characters or blanks, of
/// bounded length?
bool is_library_word(std::string_view text);

}  // namespace bulkhead::catalog
