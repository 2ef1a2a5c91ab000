#pragma once

#include <string>
#include <string_view>

namespace bulkhead {

/// The name by which a library and advisories about it meet: equal for all spellings that the
/// ecosystem's registry takes for one library. Names of ecosystems that tell every spelling apart,
/// and of those that are not known here, stay as they are.
///
///     PyPI         lower case; each run of "-", "_" and "." is one "-" (PEP 503)
///     NuGet, Packagist, Hex
///                  lower case
///     crates.io    lower case; "_" is "-"
///     Maven        "group:artifact", also from "group/artifact"
///     Go           "!x", as the module cache writes "X", is "X"; case is told apart
///     npm, RubyGems, Pub, CRAN, Hackage
///                  as they are (npm's old packages have capitals: "JSONStream" is not
///                  "jsonstream")
///
/// @param ecosystem  As OSV writes it, without what may follow a ":".
std::string library_key(std::string_view ecosystem, std::string_view name);

}  // namespace bulkhead
