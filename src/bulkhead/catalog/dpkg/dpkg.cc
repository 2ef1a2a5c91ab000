#include "bulkhead/catalog/dpkg/dpkg.h"

#include <algorithm>
#include <string>
#include <utility>

#include "bulkhead/catalog/file_list.h"
#include "bulkhead/catalog/package_sink.h"
#include "bulkhead/catalog/package_status.h"

namespace bulkhead::catalog::dpkg {
namespace {

constexpr std::string_view kListSuffix = ".list";
constexpr std::string_view kMd5sumsSuffix = ".md5sums";

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

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  if (file.path.ends_with(kListSuffix)) {
    return open_file_list(kListFormat, parse_file_list, file, context);
  }
  if (file.path.ends_with(kMd5sumsSuffix)) {
    return open_file_list(kListFormat, parse_md5sums, file, context);
  }
  return open_status(kDialect, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  PackageSink sink(PackageType::deb, owned_path_bytes_of<StatusFacts>(files), out);
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
    }
  }
  sink.finish(notes);
}

}  // namespace bulkhead::catalog::dpkg
