#include "bulkhead/catalog/ruby/ruby.h"

#include "bulkhead/catalog/library_file.h"
#include "bulkhead/catalog/ruby/gemspec.h"

namespace bulkhead::catalog::ruby {
namespace {

constexpr std::string_view kMemoryOption = "max-memory-file-bytes";
constexpr std::string_view kLockOption = "max-lock-file-bytes";

constexpr LibraryFormat kFormats[] = {
    {"Gemfile.lock", "Gemfile.lock", PackageType::gem, Origin::declared, &Limits::lock_file_bytes,
     kLockOption, parse_gemfile_lock},
    {"gems.locked", "gems.locked", PackageType::gem, Origin::declared, &Limits::lock_file_bytes,
     kLockOption, parse_gemfile_lock},
    {"specifications/*.gemspec", "gemspec", PackageType::gem, Origin::installed,
     &Limits::memory_file_bytes, kMemoryOption, parse_gemspec},
    {"specifications/default/*.gemspec", "gemspec", PackageType::gem, Origin::installed,
     &Limits::memory_file_bytes, kMemoryOption, parse_gemspec},
};

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  return open_library_file(kFormats, file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  join_library_files(files, out);
}

}  // namespace bulkhead::catalog::ruby
