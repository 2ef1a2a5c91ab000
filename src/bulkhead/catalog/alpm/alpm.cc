#include "bulkhead/catalog/alpm/alpm.h"

#include <string>
#include <utility>

#include "bulkhead/catalog/alpm/local.h"
#include "bulkhead/catalog/file_list.h"
#include "bulkhead/catalog/package_sink.h"

namespace bulkhead::catalog::alpm {

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  if (file.path.ends_with("/files")) {
    return open_file_list("pacman files", parse_files, file, context);
  }
  return open_desc(file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  PackageSink sink(PackageType::alpm, owned_path_bytes_of<DescFacts>(files), out);
  for (const JoinFile& file : files) {
    const auto* const desc = dynamic_cast<const DescFacts*>(file.facts);
    if (desc == nullptr) continue;
    Package package;
    package.name = desc->name;
    package.version = desc->version;
    package.architecture = desc->architecture;
    package.source_name = desc->base;
    package.licenses = desc->licences;
    std::string list(file.path.substr(0, file.path.rfind('/')));
    sink.add(std::move(package), file, find_file_list(files, list.append("/files")));
  }
  sink.finish(notes);
}

}  // namespace bulkhead::catalog::alpm
