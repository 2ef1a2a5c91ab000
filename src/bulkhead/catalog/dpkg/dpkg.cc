#include "bulkhead/catalog/dpkg/dpkg.h"

#include <algorithm>
#include <string>
#include <utility>

#include "bulkhead/catalog/dpkg/file_list.h"
#include "bulkhead/catalog/dpkg/status.h"
#include "bulkhead/catalog/package_sink.h"

namespace bulkhead::catalog::dpkg {
namespace {

constexpr std::string_view kListSuffix = ".list";
constexpr std::string_view kMd5sumsSuffix = ".md5sums";

const PathList* find_list(std::span<const JoinFile> files, const std::string& path) {
  const auto file = std::ranges::lower_bound(files, path, {}, &JoinFile::path);
  if (file == files.end() || file->path != path) return nullptr;
  const auto* const facts = dynamic_cast<const FileListFacts*>(file->facts);
  return facts == nullptr ? nullptr : &facts->files;
}

/// What `record` of `database` installed: beside `status` in info/NAME.list, or, where several
/// architectures of a package can be installed together, info/NAME:ARCHITECTURE.list.
/// @see dpkg, lib/dpkg/db-fsys-files.c, and pkg_infodb_get_file
const PathList* find_files(std::span<const JoinFile> files, std::string_view database,
                           const Record& record) {
  const std::string_view folder = database.substr(0, database.rfind('/') + 1);
  if (folder.ends_with("/status.d/")) {
    return find_list(files, std::string(database).append(kMd5sumsSuffix));
  }
  const std::string stem = std::string(folder) + "info/" + record.name;
  const PathList* const list = find_list(
      files, std::string(stem).append(":").append(record.architecture).append(kListSuffix));
  return list != nullptr ? list : find_list(files, std::string(stem).append(kListSuffix));
}

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  if (file.path.ends_with(kListSuffix)) return open_file_list(file, context);
  if (file.path.ends_with(kMd5sumsSuffix)) return open_md5sums(file, context);
  return open_status(context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  std::uint64_t owned_path_bytes = 0;
  for (const JoinFile& file : files) {
    if (const auto* const status = dynamic_cast<const StatusFacts*>(file.facts)) {
      owned_path_bytes = status->owned_path_bytes;
      break;
    }
  }
  PackageSink sink(PackageType::deb, owned_path_bytes, out);
  for (const JoinFile& file : files) {
    const auto* const status = dynamic_cast<const StatusFacts*>(file.facts);
    if (status == nullptr) continue;
    for (const Record& record : status->records) {
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
