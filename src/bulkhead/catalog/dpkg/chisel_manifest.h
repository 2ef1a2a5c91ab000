#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "bulkhead/catalog/package_status.h"
#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::dpkg {

/// One package of which slices are installed.
struct SlicedPackage {
  StatusRecord record;  // without a source: the manifest names none
  PathList files;       // of its slices
};

struct ManifestFacts final : Facts {
  std::vector<SlicedPackage> packages;  // in the order of the file
  std::uint64_t owned_path_bytes = 0;   // --max-owned-path-bytes of the run that read it

  std::uint64_t memory_bytes() const override;
};

/// Reads Chisel's `manifest.wall` as it streams by: a zstd frame (or none: plain text) of JSON
/// objects, one a line. The first is a header with the number of lines; "package" objects name a
/// package, its version and architecture; "path" objects name a path and the slices
/// ("openssl_bins") that it is of. Other kinds are passed over.
///
/// A line that is no such object, or longer than --max-stanza-bytes, is noted as a gap with its
/// offset in the decoded text, and the reading goes on with the next one. Damage of the frame, and
/// fewer lines than the header says, are gaps; what the decoder gave before is kept.
/// @see https://documentation.ubuntu.com/chisel, "Chisel manifest" and "jsonwall"; chisel,
///      internal/manifest
std::unique_ptr<FileReader> open_manifest(const ReadContext& context);

}  // namespace bulkhead::catalog::dpkg
