#pragma once

#include <string_view>
#include <vector>

#include "bulkhead/catalog/executable/recogniser.h"

namespace bulkhead::catalog::executable {

/// What Go says of the modules that a program was built from, as text without its framing:
///
///     path\tcommand/line/package
///     mod\tgithub.com/a/main\t(devel)\t
///     dep\tgithub.com/a/b\tv1.2.3\th1:...
///     =>\tgithub.com/fork/b\tv1.2.4\th1:...      (in place of the one above)
///     build\tvcs.revision=...
///
/// The main module's version where it is "(devel)": what the linker was told to stamp (`-ldflags
/// "-X main.version=1.2.3"`), else the pseudo-version of the revision that was built, as Go 1.24
/// makes it ("+dirty" where files were changed), else "(devel)". A module that is replaced is the
/// one in its place; where that is a folder, it is itself, with little confidence.
/// Lines that are none of these are passed over.
///
/// @see runtime/debug.BuildInfo.String, https://go.dev/ref/mod#pseudo-versions
void read_go_modules(std::string_view text, std::vector<Part>& found);

/// The standard library of a Go release: "go1.21.3 X:boringcrypto" is stdlib 1.21.3. Of a release
/// alone: nothing comes of "devel go1.22-abc123".
void read_go_release(std::string_view release, std::vector<Part>& found);

}  // namespace bulkhead::catalog::executable
