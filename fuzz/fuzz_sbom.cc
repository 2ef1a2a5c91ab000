// Lists of packages, CycloneDX and SPDX: no crash, no package without a name or version, and what
// comes out of a document does not depend on the run.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "bulkhead/base/bytes.h"
#include "bulkhead/catalog/sbom/document.h"
#include "bulkhead/model/note.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Limits limits;
  limits.packages = 100;
  limits.layers = 10;
  Notes notes(10);
  const auto document = catalog::sbom::read_document(text, limits, notes);
  static_cast<void>(catalog::sbom::read_purl(text));
  if (!document) return 0;
  if (document->packages.size() > limits.packages || document->layers.size() > limits.layers) {
    std::abort();
  }
  for (const Package& package : document->packages) {
    if (package.name.empty() || package.version.empty() || package.id.empty()) std::abort();
    for (const Location& location : package.locations) {
      if (location.layer >= document->layers.size()) std::abort();
    }
  }
  return 0;
}
