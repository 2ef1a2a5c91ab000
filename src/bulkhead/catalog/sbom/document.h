#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/base/limits.h"
#include "bulkhead/model/note.h"
#include "bulkhead/model/os.h"
#include "bulkhead/model/package.h"
#include "bulkhead/model/report.h"

namespace bulkhead::catalog::sbom {

/// What a list of packages (SBOM) says.
struct Document {
  TargetInfo target = {};              // what it lists, as far as it says so; no reference
  std::vector<LayerInfo> layers = {};  // that its places name
  std::optional<OsInfo> os = {};       // of its operating system, else of its packages' purls
  std::vector<Package> packages = {};  // in its order; two may have one id
  bool is_complete = true;             // ours alone say that something could not be read
};

/// Reads CycloneDX 1.2 to 1.7 or SPDX 2.2 and 2.3 in JSON: our own and other tools' (Syft's and
/// Trivy's properties for layers and source packages are known). What is no package with a purl of
/// a type that is known here is counted in a note.
///
/// @param limits  packages: further ones are noted and left out.
/// @error malformed, limit_exceeded  No JSON, nested too deeply; a document without packages.
/// @error unsupported                Another format or version.
/// @see https://cyclonedx.org/docs/1.6/json/, https://spdx.github.io/spdx-spec/v2.3/
Result<Document> read_document(std::string_view text, const Limits& limits, Notes& notes);

/// The list of one package, which a purl names; its system is what the qualifier `distro` says.
/// @error malformed, unsupported  No purl, no version, a type that is not known here.
Result<Document> read_purl(std::string_view purl);

}  // namespace bulkhead::catalog::sbom
