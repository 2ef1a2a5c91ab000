#include "bulkhead/catalog/cran/cran.h"

#include <string_view>

#include "bulkhead/base/bytes.h"
#include "bulkhead/catalog/library_file.h"
#include "bulkhead/format/stanza.h"

namespace bulkhead::catalog::cran {
namespace {

struct Description {
  std::string_view package;
  std::string_view version;
  std::string_view license;
  bool is_built = false;
};

void take(const format::StanzaField& field, Description& into) {
  if (field.name == "Package") into.package = field.value;
  if (field.name == "Version") into.version = field.value;
  if (field.name == "License") into.license = field.value;
  if (field.name == "Built") into.is_built = true;
}

/// Other files are called so, too: what has not all of an installed package's fields is none.
Result<void> parse_description(std::string_view text, LibraryList& out) {
  Description description;
  format::StanzaFields fields(text);
  while (const auto field = fields.next()) take(*field, description);
  if (!description.is_built || description.package.empty() || description.version.empty()) {
    return {};
  }
  out.add(description.package, description.version, description.license);
  return {};
}

constexpr LibraryFormat kFormats[] = {
    {"DESCRIPTION", "DESCRIPTION", PackageType::cran, Origin::installed, &Limits::memory_file_bytes,
     "max-memory-file-bytes", parse_description},
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return open_library_file(kFormats, file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  join_library_files(files, out);
}

}  // namespace bulkhead::catalog::cran
