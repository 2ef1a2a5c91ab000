#include "bulkhead/io/source.h"

#include <algorithm>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "bulkhead/io/file_source.h"

namespace bulkhead::io {
namespace {

/// How much of `wanted` bytes lies in a source of `size` bytes, from `offset`.
std::size_t clipped(std::uint64_t size, std::uint64_t offset, std::size_t wanted) {
  if (offset >= size) return 0;
  return static_cast<std::size_t>(std::min<std::uint64_t>(wanted, size - offset));
}

class SliceSource final : public Source {
 public:
  SliceSource(std::shared_ptr<const Source> whole, std::uint64_t offset, std::uint64_t length)
      : whole_(std::move(whole)), offset_(offset), length_(length) {}
  std::uint64_t size() const override { return length_; }
  Result<std::size_t> read_at(std::uint64_t offset, MutableByteView out) const override {
    const std::size_t length = clipped(length_, offset, out.size());
    if (length == 0) return 0;
    return whole_->read_at(offset_ + offset, out.first(length));
  }

 private:
  std::shared_ptr<const Source> whole_;
  std::uint64_t offset_;
  std::uint64_t length_;
};

class MemorySource final : public Source {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<std::size_t> read_at(std::uint64_t offset, MutableByteView out) const override {
    const std::size_t length = clipped(bytes_.size(), offset, out.size());
    if (length != 0) std::memcpy(out.data(), bytes_.data() + offset, length);
    return length;
  }

 private:
  std::string bytes_;
};

}  // namespace

std::string system_message(int code) { return std::generic_category().message(code); }

Result<std::size_t> FileSource::read_at(std::uint64_t offset, MutableByteView out) const {
  const std::size_t wanted = clipped(size_, offset, out.size());
  std::size_t done = 0;
  while (done < wanted) {
    const ssize_t got = retry_interrupted([&] {
      return ::pread(fd_.get(), out.data() + done, wanted - done,
                     static_cast<off_t>(offset + done));
    });
    if (got < 0) {
      return fail(Code::io, fmt::format("file: cannot read: {}", system_message(errno)),
                  offset + done);
    }
    if (got == 0) break;  // cut short since it was opened
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Result<std::shared_ptr<const Source>> open_file(const std::string& path) {
  // O_NONBLOCK: the open itself would wait where the path is a FIFO that nobody writes to. For a
  // regular file it means nothing.
  Fd fd(retry_interrupted(
      [&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); }));
  if (!fd) {
    const int reason = errno;
    const Code code = reason == ENOENT || reason == ENOTDIR ? Code::not_found : Code::io;
    return std::unexpected(
        Error{code, fmt::format("file: cannot open: {}", system_message(reason)), path});
  }
  struct stat status = {};
  if (::fstat(fd.get(), &status) != 0) {
    return std::unexpected(
        Error{Code::io, fmt::format("file: cannot stat: {}", system_message(errno)), path});
  }
  if (!S_ISREG(status.st_mode)) {
    return std::unexpected(Error{Code::unsupported, "file: not a regular file", path});
  }
  return std::make_shared<const FileSource>(std::move(fd),
                                            static_cast<std::uint64_t>(status.st_size));
}

Result<std::shared_ptr<const Source>> open_slice(std::shared_ptr<const Source> whole,
                                                 std::uint64_t offset, std::uint64_t length) {
  const std::uint64_t size = whole->size();
  if (offset > size || length > size - offset) {
    return fail(Code::truncated,
                fmt::format("slice: {} bytes at {} do not lie in the {} bytes that there are",
                            length, offset, size),
                offset);
  }
  return std::make_shared<const SliceSource>(std::move(whole), offset, length);
}

std::shared_ptr<const Source> memory_source(std::string bytes) {
  return std::make_shared<const MemorySource>(std::move(bytes));
}

Result<std::string> read_all(const Source& source, std::uint64_t most) {
  const std::uint64_t size = source.size();
  if (size > most) {
    return fail(
        Code::limit_exceeded,
        fmt::format("file: {} bytes are more than the {} that are read at once", size, most));
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  BH_TRY(const std::size_t got,
         source.read_at(0, std::as_writable_bytes(std::span(bytes.data(), bytes.size()))));
  bytes.resize(got);
  return bytes;
}

}  // namespace bulkhead::io
