#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/report.h"

namespace bulkhead::report {

/// One of the fields of model/sbom_names.h; its value is UTF-8.
struct InventoryField {
  std::string_view name;
  std::string value;
};

/// What lists of packages say beside their formats' own fields.
std::vector<InventoryField> package_fields(const Package& package);
std::vector<InventoryField> target_fields(const ScanReport& report);
std::vector<InventoryField> system_fields(const OsInfo& os);

/// The package's purl, with the source package as the qualifier `upstream`, as other tools read it:
/// "name", "name@version", an rpm's "name-version-release.src.rpm".
std::string purl_with_source(const Package& package);

/// "SHA-256" and its digits of "sha256:..."; no digits where it is no digest of 64 of them.
std::string_view sha256_digits(std::string_view digest);

/// Derives a document's UUID (version 8, RFC 9562: by a hash) from what is in it, so that the same
/// content has the same name and no other has.
/// @param write  Writes the document without its name.
/// @error unsupported  There is no SHA-256 here; or what `write` gave.
Result<std::string> content_uuid(const std::function<Result<void>(std::ostream&)>& write);

}  // namespace bulkhead::report
