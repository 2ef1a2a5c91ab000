#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "bulkhead/image/members.h"

namespace bulkhead::image {
namespace {

std::string system_message(int error) { return std::generic_category().message(error); }

class FolderMembers final : public Members {
 public:
  explicit FolderMembers(std::string path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}
  FolderMembers(const FolderMembers&) = delete;
  FolderMembers& operator=(const FolderMembers&) = delete;
  ~FolderMembers() override { ::close(descriptor_); }

  Result<std::shared_ptr<const io::Source>> open(std::string_view path) const override {
    int at = ::dup(descriptor_);
    for (std::string_view rest = path; at >= 0 && !rest.empty();) {
      const std::size_t end = rest.find('/');
      const std::string part(rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      if (part.empty() || part == "." || part == "..") {
        ::close(at);
        return fail(Code::not_found, fmt::format("folder: '{}' is no plain path", path));
      }
      const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
      const int next = ::openat(at, part.c_str(), rest.empty() ? flags : flags | O_DIRECTORY);
      const int error = errno;
      ::close(at);
      at = next;
      errno = error;
    }
    if (at < 0) {
      const Code code = errno == ENOENT || errno == ENOTDIR ? Code::not_found
                        : errno == ELOOP                    ? Code::unsupported
                                                            : Code::io;
      return std::unexpected(Error{
          code, errno == ELOOP ? "folder: a symbolic link is not followed" : system_message(errno),
          fmt::format("{}/{}", path_, path), 0});
    }
    // The descriptor names exactly the file that was checked, whatever happens to the path.
    auto source = io::open_file(fmt::format("/proc/self/fd/{}", at));
    ::close(at);
    if (!source) {
      Error error = std::move(source).error();
      error.where = fmt::format("{}/{}", path_, path);
      return std::unexpected(std::move(error));
    }
    return source;
  }

 private:
  std::string path_;
  int descriptor_;
};

}  // namespace

Result<std::unique_ptr<Members>> open_folder(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) {
    return std::unexpected(
        Error{errno == ENOENT ? Code::not_found : Code::io, system_message(errno), path, 0});
  }
  return std::make_unique<FolderMembers>(path, descriptor);
}

}  // namespace bulkhead::image
