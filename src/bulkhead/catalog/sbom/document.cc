#include "bulkhead/catalog/sbom/document.h"

#include <fmt/format.h>

#include "bulkhead/catalog/sbom/list_builder.h"
#include "bulkhead/catalog/sbom/readers.h"
#include "bulkhead/format/json.h"
#include "bulkhead/model/package_names.h"

namespace bulkhead::catalog::sbom {

Result<Document> read_document(std::string_view text, const Limits& limits, Notes& notes) {
  format::JsonDocument json;
  BH_TRY(const format::JsonValue root, json.parse(text));
  ListBuilder builder(limits, notes);
  if (root["bomFormat"].text_or("") == "CycloneDX") {
    BH_CHECK(read_cyclonedx(root, builder));
  } else if (root["spdxVersion"].is_string()) {
    BH_CHECK(read_spdx(root, builder));
  } else if (root["@context"].exists()) {
    return fail(Code::unsupported, "sbom: JSON-LD (SPDX 3?): only SPDX 2.2 and 2.3 are read");
  } else {
    return fail(Code::unsupported,
                "sbom: neither CycloneDX (\"bomFormat\") nor SPDX (\"spdxVersion\")");
  }
  return std::move(builder).finish();
}

Result<Document> read_purl(std::string_view text) {
  BH_TRY(const Purl purl, parse_purl(text));
  if (!parse_type_name(purl.type)) {
    return fail(Code::unsupported,
                fmt::format("purl: packages of type '{}' are not known here", purl.type));
  }
  if (purl.version.empty()) return fail(Code::malformed, "purl: it names no version (\"@1.0\")");
  const Limits limits;
  Notes notes(1);
  ListBuilder builder(limits, notes);
  Component component;
  component.type = "library";
  component.purl = text;
  builder.add(component);
  Document document = std::move(builder).finish();
  if (document.packages.empty()) return fail(Code::malformed, "purl: its name or version is none");
  return document;
}

}  // namespace bulkhead::catalog::sbom
