#include "bulkhead/catalog/php/php.h"

#include "bulkhead/catalog/library_file.h"
#include "bulkhead/catalog/php/records.h"

namespace bulkhead::catalog::php {
namespace {

constexpr std::string_view kMemoryOption = "max-memory-file-bytes";
constexpr std::string_view kLockOption = "max-lock-file-bytes";

constexpr LibraryFormat kFormats[] = {
    {".registry/*.reg", "PEAR's registry", PackageType::composer, Origin::installed,
     &Limits::memory_file_bytes, kMemoryOption, parse_pear},
    {"composer.lock", "composer.lock", PackageType::composer, Origin::declared,
     &Limits::lock_file_bytes, kLockOption, parse_composer_lock},
    {"composer/installed.json", "installed.json", PackageType::composer, Origin::installed,
     &Limits::lock_file_bytes, kLockOption, parse_installed},
    {"wp-includes/version.php", "version.php", PackageType::generic, Origin::installed,
     &Limits::memory_file_bytes, kMemoryOption, parse_wordpress},
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  const bool is_lock = file.path.ends_with("composer.lock");
  if (is_lock && lies_below(file.path, "vendor")) return ignore_file();
  return open_library_file(kFormats, file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  join_library_files(files, out);
}

}  // namespace bulkhead::catalog::php
