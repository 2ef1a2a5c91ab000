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

/// Does it lie in an installed gem's own folder, "gems/NAME-VERSION/"?
bool is_of_gem(std::string_view path) {
  constexpr std::string_view kGems = "gems/";
  for (std::size_t at = path.find(kGems); at != std::string_view::npos;
       at = path.find(kGems, at + 1)) {
    if (at > 0 && path[at - 1] != '/') continue;
    const std::string_view rest = path.substr(at + kGems.size());
    const std::string_view folder = rest.substr(0, rest.find('/'));
    const std::size_t dash = folder.rfind('-');
    if (folder.size() < rest.size() && dash < folder.size() - 1) return true;
  }
  return false;
}

}  // namespace

std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context) {
  const bool is_lock = !file.path.ends_with(".gemspec");
  if (is_lock && is_of_gem(file.path)) return ignore_file();
  return open_library_file(kFormats, file, context);
}

void join(std::span<const JoinFile> files, Inventory& out, Notes& /*notes*/) {
  join_library_files(files, out);
}

}  // namespace bulkhead::catalog::ruby
