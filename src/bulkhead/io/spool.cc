#include "bulkhead/io/spool.h"

#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>

#include "bulkhead/io/file_source.h"

namespace bulkhead::io {
namespace {

/// For file systems without O_TMPFILE: a name that nobody can guess, removed at once.
Fd open_unlinked(const std::string& folder) {
  std::string name = folder + "/bulkhead-XXXXXX";
  Fd fd(::mkostemp(name.data(), O_CLOEXEC));  // mode 0600
  if (fd) ::unlink(name.c_str());
  return fd;
}

}  // namespace

struct Spool::State {
  Fd fd;
  std::uint64_t size = 0;
  std::uint64_t most = 0;
};

Result<Spool> Spool::create(const std::string& folder, std::uint64_t most) {
  Fd fd(retry_interrupted(
      [&] { return ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600); }));
  // What a file system or kernel without O_TMPFILE answers, see open(2).
  if (!fd && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    fd = open_unlinked(folder);
  }
  if (!fd) {
    const int reason = errno;
    return std::unexpected(Error{
        reason == ENOENT || reason == ENOTDIR ? Code::not_found : Code::io,
        fmt::format("spool: cannot make a temporary file: {}", system_message(reason)), folder});
  }
  auto state = std::make_unique<State>();
  state->fd = std::move(fd);
  state->most = most;
  return Spool(std::move(state));
}

Spool::Spool(std::unique_ptr<State> state) : state_(std::move(state)) {}
Spool::Spool(Spool&&) noexcept = default;
Spool& Spool::operator=(Spool&&) noexcept = default;
Spool::~Spool() = default;

Result<void> Spool::append(ByteView bytes) {
  if (bytes.size() > state_->most - state_->size) {
    return fail(Code::limit_exceeded,
                fmt::format("spool: more than {} bytes (--max-spool-bytes)", state_->most),
                state_->size);
  }
  while (!bytes.empty()) {
    const ssize_t written = retry_interrupted([&] {
      return ::pwrite(state_->fd.get(), bytes.data(), bytes.size(),
                      static_cast<off_t>(state_->size));
    });
    if (written <= 0) {
      return fail(Code::io,
                  fmt::format("spool: cannot write: {}",
                              written == 0 ? "nothing was written" : system_message(errno)),
                  state_->size);
    }
    state_->size += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

std::uint64_t Spool::size() const { return state_->size; }

std::shared_ptr<const Source> Spool::into_source() && {
  const std::uint64_t size = state_->size;
  auto source = std::make_shared<const FileSource>(std::move(state_->fd), size);
  state_.reset();
  return source;
}

}  // namespace bulkhead::io
