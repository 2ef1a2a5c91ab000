#include "bulkhead/catalog/opkg/opkg.h"

#include <string>
#include <utility>

#include "bulkhead/catalog/file_list.h"
#include "bulkhead/catalog/package_sink.h"
#include "bulkhead/catalog/package_status.h"

namespace bulkhead::catalog::opkg {
namespace {

constexpr std::string_view kListSuffix = ".list";
constexpr StatusDialect kDialect{"opkg status", false};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  if (file.path.ends_with(kListSuffix)) {
    return open_file_list("opkg file list", parse_opkg_list, file, context);
  }
  return open_status(kDialect, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  PackageSink sink(PackageType::opkg, owned_path_bytes_of<StatusFacts>(files), out);
  for (const JoinFile& file : files) {
    const auto* const status = dynamic_cast<const StatusFacts*>(file.facts);
    if (status == nullptr) continue;
    const std::string folder(file.path.substr(0, file.path.rfind('/') + 1));
    for (const StatusRecord& record : status->records) {
      Package package;
      package.name = record.name;
      package.version = record.version;
      package.architecture = record.architecture;
      std::string list = folder;
      list.append("info/").append(record.name).append(kListSuffix);
      sink.add(std::move(package), file, find_file_list(files, list));
    }
  }
  sink.finish(notes);
}

}  // namespace bulkhead::catalog::opkg
