#include "bulkhead/catalog/apk/apk.h"

#include <utility>

#include "bulkhead/catalog/apk/installed.h"
#include "bulkhead/catalog/package_sink.h"

namespace bulkhead::catalog::apk {

std::unique_ptr<FileReader> open(const FileInfo&, const ReadContext& context) {
  return open_installed(context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& notes) {
  PackageSink sink(PackageType::apk, owned_path_bytes_of<InstalledFacts>(files), out);
  for (const JoinFile& file : files) {
    const auto* const installed = dynamic_cast<const InstalledFacts*>(file.facts);
    if (installed == nullptr) continue;
    for (const Record& record : installed->records) {
      Package package;
      package.name = record.name;
      package.version = record.version;
      package.architecture = record.architecture;
      package.source_name = record.origin;
      if (!record.licence.empty()) package.licenses = {record.licence};
      sink.add(std::move(package), file, &record.files);
    }
  }
  sink.finish(notes);
}

}  // namespace bulkhead::catalog::apk
