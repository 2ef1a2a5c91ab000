#include "bulkhead/scan/package_list.h"

#include <sys/stat.h>

#include <array>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/sbom/document.h"
#include "bulkhead/io/source.h"
#include "bulkhead/scan/inventory.h"

namespace bulkhead::scan {
namespace {

namespace sbom = catalog::sbom;

constexpr std::string_view kFilePrefix = "sbom:";
constexpr std::string_view kPurlPrefix = "purl:";
constexpr std::size_t kHeadBytes = 512;

/// Begins the file as a JSON object does? An archive has NULs in its first 512 bytes.
bool begins_as_json(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  const auto file = io::open_file(path);
  if (!file) return false;
  std::array<std::byte, kHeadBytes> head{};
  const auto got = (*file)->read_at(0, head);
  if (!got) return false;
  std::string_view text = as_text(ByteView(head).first(*got));
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return trim(text).starts_with('{') && !text.contains('\0');
}

Result<sbom::Document> read_file(const std::string& path, const RunContext& context, Notes& notes) {
  BH_TRY(const auto file, io::open_file(path));
  if (file->size() > context.limits.sbom_bytes) {
    return fail(Code::limit_exceeded, fmt::format("sbom: it is longer than {} bytes "
                                                  "(--max-sbom-bytes)",
                                                  context.limits.sbom_bytes));
  }
  BH_TRY(const std::string text, io::read_all(*file, context.limits.sbom_bytes));
  return sbom::read_document(text, context.limits, notes);
}

Result<sbom::Document> read(const std::string& reference, const RunContext& context, Notes& notes) {
  if (reference.starts_with(kPurlPrefix)) {
    return sbom::read_purl(std::string_view(reference).substr(kPurlPrefix.size()));
  }
  const bool is_prefixed = reference.starts_with(kFilePrefix);
  return read_file(is_prefixed ? reference.substr(kFilePrefix.size()) : reference, context, notes);
}

}  // namespace

bool names_package_list(const std::string& reference) {
  if (reference.starts_with(kFilePrefix) || reference.starts_with(kPurlPrefix)) return true;
  return begins_as_json(reference);
}

std::vector<TargetName> package_list_names() {
  return {{kFilePrefix, "a list of packages: CycloneDX or SPDX in JSON"},
          {kPurlPrefix, "one package (pkg:deb/debian/curl@8.5.0-2?distro=debian-13)"}};
}

Result<PackageList> read_package_list(const std::string& reference, const RunContext& context,
                                      Notes& notes) {
  Notes own(context.limits.notes);
  Result<sbom::Document> document = read(reference, context, own);
  if (!document) return std::unexpected(located(std::move(document).error(), reference));
  for (Note note : own.all()) {
    if (note.where.empty()) note.where = reference;
    notes.add(std::move(note));
  }
  if (!document->is_complete) {
    notes.add({NoteLevel::incomplete,
               "incomplete-sbom",
               "the list says of itself that a part of its target could not be read",
               reference,
               {}});
  }
  PackageList list;
  list.target = std::move(document->target);
  list.target.reference = reference;
  list.layers = std::move(document->layers);
  list.inventory.os = std::move(document->os);
  list.inventory.packages = std::move(document->packages);
  if (list.inventory.os && list.inventory.os->source_path.empty()) {
    list.inventory.os->source_path = reference;
  }
  settle_packages(list.inventory.packages);
  return list;
}

}  // namespace bulkhead::scan
