// Layouts on disk: the one unit of the builder that touches the file system.
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/support/layout.h"

namespace bulkhead::test_support {

namespace fs = std::filesystem;

Result<void> write_file(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) return std::unexpected(Error{Code::io, std::strerror(errno), path});
  return {};
}

Result<void> write_folder(const Members& members, const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  for (const Member& member : members) {
    const fs::path relative = fs::path(member.path).lexically_normal();
    if (relative.is_absolute() || relative.native().starts_with("..")) {
      return std::unexpected(
          Error{Code::malformed, "layout: a member's path leaves the folder", member.path});
    }
    const fs::path path = fs::path(folder) / relative;
    fs::create_directories(path.parent_path(), error);
    if (member.type == '5') {
      fs::create_directories(path, error);
    } else if (member.type == '2') {
      fs::remove(path, error);
      fs::create_symlink(member.link, path, error);
    } else {
      BH_CHECK(write_file(path.string(), member.bytes));
    }
    if (error) return std::unexpected(Error{Code::io, error.message(), path.string()});
  }
  return {};
}

}  // namespace bulkhead::test_support
