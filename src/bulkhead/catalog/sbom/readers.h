#pragma once

#include "bulkhead/base/error.h"
#include "bulkhead/catalog/sbom/list_builder.h"
#include "bulkhead/format/json.h"

namespace bulkhead::catalog::sbom {

/// Fills `into` from a document whose `bomFormat` is CycloneDX.
/// @error unsupported, malformed  As read_document's.
Result<void> read_cyclonedx(format::JsonValue root, ListBuilder& into);

/// Fills `into` from a document that has an `spdxVersion`.
/// @error unsupported, malformed  As read_document's.
Result<void> read_spdx(format::JsonValue root, ListBuilder& into);

}  // namespace bulkhead::catalog::sbom
