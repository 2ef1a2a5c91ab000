#include "bulkhead/catalog/dpkg/dpkg.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/catalog/dpkg/chisel_manifest.h"
#include "bulkhead/catalog/file_list.h"
#include "bulkhead/catalog/package_sink.h"
#include "bulkhead/catalog/package_status.h"

namespace bulkhead::catalog::dpkg {
namespace {

constexpr std::string_view kListSuffix = ".list";
constexpr std::string_view kMd5sumsSuffix = ".md5sums";

constexpr std::string_view kManifestSuffix = ".wall";
constexpr std::string_view kListFormat = "dpkg file list";
constexpr StatusDialect kDialect{"dpkg status", true};

/// What `record` of `database` installed: beside `status` in info/NAME.list, or, where several
/// architectures of a package can be installed together, info/NAME:ARCHITECTURE.list.
/// @see dpkg, lib/dpkg/db-fsys-files.c, and pkg_infodb_get_file
const PathList* find_files(std::span<const JoinFile> files, std::string_view database,
                           const StatusRecord& record) {
  const std::string_view folder = database.substr(0, database.rfind('/') + 1);
  if (folder.ends_with("/status.d/")) {
    return find_file_list(files, std::string(database).append(kMd5sumsSuffix));
  }
  const std::string stem = std::string(folder) + "info/" + record.name;
  const PathList* const list = find_file_list(
      files, std::string(stem).append(":").append(record.architecture).append(kListSuffix));
  return list != nullptr ? list : find_file_list(files, std::string(stem).append(kListSuffix));
}

/// "name version" of the packages of a database, whatever their architecture.
std::string key_of(const StatusRecord& record) { return record.name + " " + record.version; }

/// Lists what Chisel's manifest names and dpkg's database does not.
void add_sliced(std::span<const JoinFile> files, const std::unordered_set<std::string>& known,
                PackageSink& sink, Notes& notes) {
  std::size_t without_source = 0;
  std::string_view where;
  for (const JoinFile& file : files) {
    const auto* const manifest = dynamic_cast<const ManifestFacts*>(file.facts);
    if (manifest == nullptr) continue;
    where = file.path;
    for (const SlicedPackage& sliced : manifest->packages) {
      if (known.contains(key_of(sliced.record))) continue;
      ++without_source;
      Package package;
      package.name = sliced.record.name;
      package.version = sliced.record.version;
      package.architecture = sliced.record.architecture;
      sink.add(std::move(package), file, &sliced.files);
    }
  }
  if (without_source == 0) return;
  notes.add({NoteLevel::incomplete, "source-unknown",
             fmt::format("chisel manifest: it does not name the source of {} packages; advisories "
                         "that name another source than the package itself are missed",
                         without_source),
             "/" + std::string(where)});
}

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  if (file.path.ends_with(kListSuffix)) {
    return open_file_list(kListFormat, parse_file_list, file, context);
  }
  if (file.path.ends_with(kMd5sumsSuffix)) {
    return open_file_list(kListFormat, parse_md5sums, file, context);
  }
  if (file.path.ends_with(kManifestSuffix)) return open_manifest(context);
  return open_status(kDialect, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  const std::uint64_t most =
      std::max(owned_path_bytes_of<StatusFacts>(files), owned_path_bytes_of<ManifestFacts>(files));
  PackageSink sink(PackageType::deb, most, out);
  std::unordered_set<std::string> known;  // filled only where somebody asks
  const bool has_manifest = std::ranges::any_of(files, [](const JoinFile& file) {
    return dynamic_cast<const ManifestFacts*>(file.facts) != nullptr;
  });
  for (const JoinFile& file : files) {
    const auto* const status = dynamic_cast<const StatusFacts*>(file.facts);
    if (status == nullptr) continue;
    for (const StatusRecord& record : status->records) {
      Package package;
      package.name = record.name;
      package.version = record.version;
      package.architecture = record.architecture;
      package.source_name = record.source_name;
      package.source_version = record.source_version;
      sink.add(std::move(package), file, find_files(files, file.path, record));
      if (has_manifest) known.insert(key_of(record));
    }
  }
  add_sliced(files, known, sink, notes);
  sink.finish(notes);
}

}  // namespace bulkhead::catalog::dpkg
