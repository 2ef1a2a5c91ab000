#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/error.h"
#include "tests/support/image_builder.h"

namespace bulkhead::test_support {

/// Reads the JSON description of an image:
///
///   {"tags": ["shop:1.0"], "architecture": "amd64", "os": "linux", "variant": "",
///    "created": "2023-03-06T09:00:00Z",
///    "config": {"user", "working_dir", "env": [], "entrypoint": [], "cmd": [],
///               "exposed_ports": [], "volumes": [], "labels": {}},
///    "layers": [{"created_by": "RUN ...", "created": "...", "comment": "...",
///                "compression": "none|gzip|zstd|xz|bzip2", "format": "ustar|pax|gnu|v7",
///                "entries": [...]},
///               {"created_by": "USER app", "empty": true}]}
///
/// An entry is {"path": P} and one of "text": T, "lines": [T, ...], "file": F (a path beside the
/// description), "fill": {"byte": N, "size": N}, "directory": true, "symlink": T,
/// "hardlink": T, "whiteout": true, "opaque": true; and of "mode" (octal text), "uid", "gid",
/// "mtime" (seconds), "xattrs": {name: text} what differs from a plain file of root. The layer's
/// "mtime" is that of entries without one.
///
/// @param folder  Where the paths of "file" start.
/// @error malformed  Not JSON, a key that nothing reads, or a value of a wrong type: `what` names
///                   its place.
/// @error not_found  A file that is not there; io: it cannot be read.
Result<Image> read_description(std::string_view json, const std::string& folder);

}  // namespace bulkhead::test_support
