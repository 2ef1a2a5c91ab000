#include "bulkhead/advisory/durable.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace bulkhead::advisory {
namespace {

std::unexpected<Error> system_failure(std::string_view what, const std::string& path) {
  const std::string reason = std::generic_category().message(errno);
  return std::unexpected(Error{errno == ENOENT ? Code::not_found : Code::io,
                               fmt::format("advisory store: {}: {}", what, reason), path});
}

/// A descriptor that is closed at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

Result<void> write_all(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure("cannot write", path);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<void> sync_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return system_failure("cannot open", path);
  if (::fsync(file.get()) != 0) return system_failure("cannot sync", path);
  return {};
}

Result<void> rename_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return system_failure("cannot rename", from);
  return {};
}

Result<void> replace_file(const std::string& folder, const std::string& name,
                          std::string_view text) {
  const std::string temporary = fmt::format("{}/{}-{}.tmp", folder, name, ::getpid());
  const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.get() < 0) return system_failure("cannot make", temporary);
  BH_CHECK(write_all(file.get(), text, temporary));
  if (::fsync(file.get()) != 0) return system_failure("cannot sync", temporary);
  BH_CHECK(rename_file(temporary, folder + "/" + name));
  return sync_file(folder);
}

Result<WriteLock> WriteLock::take(const std::string& folder) {
  const std::string path = folder + "/lock";
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (file.get() < 0) return system_failure("cannot open", path);
  while (::flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return system_failure("cannot lock", path);
  }
  return WriteLock(file.release());
}

Result<std::optional<WriteLock>> WriteLock::try_take(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (file.get() < 0) return system_failure("cannot open", path);
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::optional<WriteLock>();
    if (errno != EINTR) return system_failure("cannot lock", path);
  }
  return std::optional<WriteLock>(WriteLock(file.release()));
}

WriteLock::WriteLock(WriteLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

WriteLock::~WriteLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace bulkhead::advisory
