#include "bulkhead/catalog/dotnet/dotnet.h"

#include "bulkhead/catalog/dotnet/manifests.h"
#include "bulkhead/catalog/library_file.h"

namespace bulkhead::catalog::dotnet {
namespace {

constexpr std::string_view kMemoryOption = "max-memory-file-bytes";
constexpr std::string_view kLockOption = "max-lock-file-bytes";

constexpr LibraryFormat kFormats[] = {
    {"*.deps.json", "deps.json", PackageType::nuget, Origin::installed, &Limits::lock_file_bytes,
     kLockOption, parse_deps},
    {"Directory.Packages.props", "Directory.Packages.props", PackageType::nuget, Origin::declared,
     &Limits::memory_file_bytes, kMemoryOption, parse_packages_props},
    {"packages.config", "packages.config", PackageType::nuget, Origin::declared,
     &Limits::memory_file_bytes, kMemoryOption, parse_packages_config},
    {"packages.lock.json", "packages.lock.json", PackageType::nuget, Origin::declared,
     &Limits::lock_file_bytes, kLockOption, parse_packages_lock},
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return open_library_file(kFormats, file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  join_library_files(files, out);
}

}  // namespace bulkhead::catalog::dotnet
