#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/run_context.h"
#include "bulkhead/model/inspector.h"
#include "bulkhead/model/report.h"
#include "bulkhead/scan/target.h"

namespace bulkhead::scan {

/// A target that is no file system but says itself what is in one.
struct PackageList {
  TargetInfo target;
  std::vector<LayerInfo> layers;
  Inventory inventory;
};

/// Does the reference name one: "sbom:FILE", "purl:pkg:...", or, without a prefix, a file that
/// begins as a JSON document does?
bool names_package_list(const std::string& reference);

/// The prefixes of such targets, for the help.
std::vector<TargetName> package_list_names();

/// Reads it; the packages are in a report's order and have ids of their own.
/// @error not_found, io, limit_exceeded  The file cannot be read, or is longer than
///                                       --max-sbom-bytes.
/// @error (catalog::sbom::read_document's, read_purl's)  It is no such list.
Result<PackageList> read_package_list(const std::string& reference, const RunContext& context,
                                      Notes& notes);

}  // namespace bulkhead::scan
