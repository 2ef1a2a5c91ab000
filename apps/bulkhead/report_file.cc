#include "report_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <streambuf>

#include <fmt/format.h>

namespace bulkhead::app {
namespace {

constexpr std::size_t kBufferBytes = 64 << 10;
constexpr mode_t kNewFileMode = 0666;  // less the umask

Error error_of(const std::string& path, int number) {
  const std::string where = path.empty() ? "standard output" : path;
  return {Code::io, fmt::format("the report could not be written: {}", std::strerror(number)),
          where};
}

/// A stream's buffer over a file descriptor that remembers why writing failed. The library's own
/// forgets, and goes on waiting for a reader when a signal has asked the program to end.
class DescriptorBuffer final : public std::streambuf {
 public:
  DescriptorBuffer(int fd, const RunContext& context) : fd_(fd), context_(context) {
    setp(buffer_.data(), buffer_.data() + buffer_.size());
  }
  int error() const { return error_; }

 protected:
  int_type overflow(int_type c) override {
    if (sync() != 0) return traits_type::eof();
    if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
  }

  std::streamsize xsputn(const char* text, std::streamsize count) override {
    if (count < epptr() - pptr()) {
      std::memcpy(pptr(), text, static_cast<std::size_t>(count));
      pbump(static_cast<int>(count));
      return count;
    }
    return sync() == 0 && write_all(text, static_cast<std::size_t>(count)) ? count : 0;
  }

  int sync() override {
    const bool is_written = write_all(pbase(), static_cast<std::size_t>(pptr() - pbase()));
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    return is_written ? 0 : -1;
  }

 private:
  bool write_all(const char* text, std::size_t count) {
    while (count > 0 && error_ == 0) {
      // Once cancelled, a reader that does not read is not waited for: a signal ends one wait only.
      const ssize_t written = context_.is_cancelled() ? -1 : ::write(fd_, text, count);
      if (written >= 0) {
        text += written;
        count -= static_cast<std::size_t>(written);
      } else if (context_.is_cancelled()) {
        error_ = EINTR;
      } else if (errno != EINTR) {
        error_ = errno;
      }
    }
    return error_ == 0;
  }

  int fd_;
  const RunContext& context_;
  int error_ = 0;
  std::array<char, kBufferBytes> buffer_{};
};

Result<void> write_descriptor(int fd, const std::string& path, const RunContext& context,
                              const std::function<Result<void>(std::ostream&)>& write) {
  DescriptorBuffer buffer(fd, context);
  std::ostream stream(&buffer);
  const Result<void> written = write(stream);
  stream.flush();
  if (buffer.error() != 0) return std::unexpected(error_of(path, buffer.error()));
  return written;
}

bool is_regular(int fd) {
  struct stat status{};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

Result<void> check_report_file(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return std::unexpected(error_of(path, EISDIR));
    if (::access(path.c_str(), W_OK) != 0) return std::unexpected(error_of(path, errno));
    return {};
  }
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "."
                             : slash == 0               ? "/"
                                                        : path.substr(0, slash);
  if (errno != ENOENT || ::access(folder.c_str(), W_OK | X_OK) != 0) {
    return std::unexpected(error_of(path, errno));
  }
  return {};
}

Result<void> write_report_file(const std::string& path, const RunContext& context,
                               const std::function<Result<void>(std::ostream&)>& write) {
  if (path.empty()) return write_descriptor(STDOUT_FILENO, path, context, write);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kNewFileMode);
  if (fd < 0) return std::unexpected(error_of(path, errno));
  Result<void> written = write_descriptor(fd, path, context, write);
  if (!written && is_regular(fd) && ::ftruncate(fd, 0) != 0) {
    written = std::unexpected(error_of(path, errno));
  }
  // Some file systems say only now that there was no room.
  if (::close(fd) != 0 && written) return std::unexpected(error_of(path, errno));
  return written;
}

}  // namespace bulkhead::app
