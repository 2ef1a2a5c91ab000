#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::golang {

/// A module that a file asks for.
struct Requirement {
  std::string path;
  std::string version;
  std::string replaced_by = {};  // a folder that is built instead; may be empty
};

/// Reads a go.mod: its `require` lines, also those marked `// indirect`, after its `replace` lines.
/// A line that cannot be read is noted, once for a file, and passed over.
/// @see https://go.dev/ref/mod#go-mod-file
std::vector<Requirement> read_go_mod(std::string_view text, Notes& notes);

/// Reads a go.sum: the modules whose own sum it has, not those of which it has the go.mod's alone,
/// which were looked at and not used. It may still have older versions than were built.
/// @see https://go.dev/ref/mod#go-sum-files
std::vector<Requirement> read_go_sum(std::string_view text, Notes& notes);

}  // namespace bulkhead::catalog::golang
