#pragma once

#include <memory>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::rpm {

/// Reads `container-manifest-2`, which distroless images of CBL-Mariner and Azure Linux have in
/// place of a database: what `rpm -qa` printed, a line a package, ten fields between tabs: name,
/// version-release, times of installation and build, vendor, epoch, size, architecture, epoch as a
/// number, source rpm. What is not set reads "(none)".
///
/// A line that cannot be made sense of is noted as a gap with its offset; a word that rpm prints
/// about a file that no package owns, too.
/// @see CBL-Mariner, toolkit/docs/how_it_works/5_misc.md, "Distroless"
std::unique_ptr<FileReader> open_manifest(const ReadContext& context);

}  // namespace bulkhead::catalog::rpm
