#include "bulkhead/io/fd_stream.h"

#include <poll.h>

#include <fmt/format.h>

namespace bulkhead::io {
namespace {

constexpr int kPollMilliseconds = 200;

class FdStream final : public Stream {
 public:
  FdStream(Fd fd, const RunContext& context) : fd_(std::move(fd)), context_(context) {}

  Result<std::size_t> read(MutableByteView out) override {
    for (;;) {
      if (context_.is_cancelled()) return fail(Code::io, "cancelled");
      pollfd waited{fd_.get(), POLLIN, 0};
      const int ready = ::poll(&waited, 1, kPollMilliseconds);
      if (ready < 0 && errno != EINTR) return failed("wait for");
      if (ready <= 0) continue;
      const ssize_t got = ::read(fd_.get(), out.data(), out.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR && errno != EAGAIN) return failed("read");
    }
  }

 private:
  static std::unexpected<Error> failed(std::string_view what) {
    return fail(Code::io, fmt::format("stream: cannot {}: {}", what, system_message(errno)));
  }

  Fd fd_;
  const RunContext& context_;
};

}  // namespace

std::unique_ptr<Stream> open_fd_stream(Fd fd, const RunContext& context) {
  return std::make_unique<FdStream>(std::move(fd), context);
}

}  // namespace bulkhead::io
