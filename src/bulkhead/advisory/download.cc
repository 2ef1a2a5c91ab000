#include "bulkhead/advisory/download.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/advisory/digest_headers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/io/fd.h"
#include "bulkhead/net/url.h"

namespace bulkhead::advisory {
namespace {

constexpr std::size_t kChunkBytes = 256 << 10;
constexpr unsigned kMostFailures = 3;              // without progress between them
constexpr std::uint64_t kProgressBytes = 1 << 20;  // that count as such
constexpr auto kWait = std::chrono::milliseconds(500);

std::string part_path(const DownloadRequest& request) {
  return request.folder + "/" + request.name + ".part";
}
std::string state_name(const DownloadRequest& request) { return request.name + ".part.json"; }

std::unexpected<Error> failure(Code code, const DownloadRequest& request, std::string_view what) {
  return std::unexpected(
      Error{code, fmt::format("advisory data: {}", what), net::display_url(request.address)});
}

/// The total of "bytes FIRST-LAST/TOTAL" where FIRST is `first`.
std::optional<std::uint64_t> total_of_range(std::string_view text, std::uint64_t first) {
  const std::string begin = fmt::format("bytes {}-", first);
  const std::size_t slash = text.rfind('/');
  if (!text.starts_with(begin) || slash == std::string_view::npos) return std::nullopt;
  std::uint64_t total = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, total);
  if (error != std::errc{} || stop != end || total <= first) return std::nullopt;
  return total;
}

/// One download: the part that there is, and what the server said of it.
class Transfer {
 public:
  Transfer(net::Client& client, const DownloadRequest& request, const RunContext& context)
      : client_(client), request_(request), context_(context) {}

  Result<Download> run();

 private:
  enum class Step { done, unchanged, again };

  Result<void> open_part();
  Result<void> begin_anew(const net::HttpHead& head);
  net::HttpRequest next_request() const;
  Result<Step> try_once();
  Result<Step> take_head(const net::HttpHead& head);
  Result<void> take_body(net::BodyStream& body);
  Result<void> wait() const;

  net::Client& client_;
  const DownloadRequest& request_;
  const RunContext& context_;
  io::Fd file_ = {};
  std::uint64_t have_ = 0;  // bytes of the part
  FetchState state_ = {};   // what the part is of
  Download result_ = {};
  DigestHeaders digests_ = {};
};

/// Opens the part that an earlier fetch left, where it is of the same address and the server can
/// be asked whether it still has that file; else an empty one.
Result<void> Transfer::open_part() {
  const std::string path = part_path(request_);
  file_ = io::Fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!file_) return failure(Code::io, request_, io::system_message(errno));
  const auto state = read_fetch_state(request_.folder, state_name(request_));
  struct stat info{};
  if (::fstat(file_.get(), &info) != 0) {
    return failure(Code::io, request_, io::system_message(errno));
  }
  const auto size = static_cast<std::uint64_t>(info.st_size);
  const bool is_usable = state && state->address == request_.address &&
                         !state->strong_validator().empty() && state->size_bytes &&
                         size < *state->size_bytes;
  if (is_usable) {
    have_ = size;
    state_ = *state;
    result_.is_resumed = have_ > 0;
  } else if (::ftruncate(file_.get(), 0) != 0) {
    return failure(Code::io, request_, io::system_message(errno));
  }
  return {};
}

Result<void> Transfer::begin_anew(const net::HttpHead& head) {
  have_ = 0;
  result_.is_resumed = false;
  if (::ftruncate(file_.get(), 0) != 0) {
    return failure(Code::io, request_, io::system_message(errno));
  }
  state_ = {.address = request_.address};
  state_.etag = head.header("ETag").value_or("");
  state_.last_modified = head.header("Last-Modified").value_or("");
  state_.size_bytes = head.content_length();
  return write_fetch_state(request_.folder, state_name(request_), state_);
}

net::HttpRequest Transfer::next_request() const {
  net::HttpRequest request{.url = request_.address};
  if (have_ > 0) {
    request.headers.push_back({"Range", fmt::format("bytes={}-", have_)});
    request.headers.push_back({"If-Range", state_.strong_validator()});
  } else if (request_.known.address == request_.address) {
    if (!request_.known.etag.empty()) {
      request.headers.push_back({"If-None-Match", request_.known.etag});
    }
    if (!request_.known.last_modified.empty()) {
      request.headers.push_back({"If-Modified-Since", request_.known.last_modified});
    }
  }
  return request;
}

/// Judges the head; puts the part into the state in which the body follows.
Result<Transfer::Step> Transfer::take_head(const net::HttpHead& head) {
  const bool is_part = head.status == 206 && have_ > 0;
  // An answer to a question that was not asked says nothing.
  const bool has_asked = have_ == 0 && request_.known.address == request_.address &&
                         !(request_.known.etag.empty() && request_.known.last_modified.empty());
  if (head.status == 304 && has_asked) return Step::unchanged;
  if (head.status == 404 || head.status == 410) {
    return failure(Code::not_found, request_,
                   fmt::format("it is not there (HTTP {})", head.status));
  }
  if (head.status == 416 && have_ > 0) {  // the file is another, shorter one
    have_ = 0;
    return Step::again;
  }
  if (head.status != 200 && !is_part) {
    return failure(Code::io, request_, fmt::format("the server says HTTP {}", head.status));
  }
  if (is_part) {
    const auto total = total_of_range(head.header("Content-Range").value_or(""), have_);
    if (!total || total != state_.size_bytes) {
      have_ = 0;  // not the part that was asked for: from the start, then
      return Step::again;
    }
  } else {
    BH_CHECK(begin_anew(head));
  }
  digests_ = DigestHeaders::of(head);
  if (state_.size_bytes.value_or(0) > request_.most_bytes) {
    return failure(Code::limit_exceeded, request_,
                   fmt::format("it has {} bytes, more than the {} that are its budget",
                               *state_.size_bytes, request_.most_bytes));
  }
  if (state_.size_bytes) context_.progress->add_total(*state_.size_bytes - have_);
  return Step::done;
}

Result<void> Transfer::take_body(net::BodyStream& body) {
  std::vector<std::byte> chunk(kChunkBytes);
  for (;;) {
    BH_TRY(const std::size_t count, body.read(chunk));
    if (count == 0) break;
    if (have_ + count > request_.most_bytes) {
      return failure(
          Code::limit_exceeded, request_,
          fmt::format("it is longer than the {} bytes that are its budget", request_.most_bytes));
    }
    for (std::size_t written = 0; written < count;) {
      const auto step = io::retry_interrupted([&] {
        return ::pwrite(file_.get(), chunk.data() + written, count - written,
                        static_cast<off_t>(have_ + written));
      });
      if (step < 0) return failure(Code::limit_exceeded, request_, io::system_message(errno));
      written += static_cast<std::size_t>(step);
    }
    have_ += count;
    result_.brought_bytes += count;
    context_.progress->advance(count);
  }
  if (state_.size_bytes && have_ != *state_.size_bytes) {
    return failure(
        Code::malformed, request_,
        fmt::format("the server announced {} bytes and sent {}", *state_.size_bytes, have_));
  }
  return {};
}

Result<Transfer::Step> Transfer::try_once() {
  BH_TRY(const std::unique_ptr<net::BodyStream> body, client_.open(next_request()));
  BH_TRY(const Step step, take_head(body->head()));
  if (step != Step::done) return step;
  BH_CHECK(take_body(*body));
  return Step::done;
}

Result<void> Transfer::wait() const {
  for (int i = 0; i < 10; ++i) {
    if (context_.is_cancelled()) return failure(Code::io, request_, "cancelled");
    std::this_thread::sleep_for(kWait / 10);
  }
  return {};
}

Result<Download> Transfer::run() {
  BH_CHECK(open_part());
  for (unsigned failures = 0;;) {
    const std::uint64_t before = have_;
    Result<Step> step = try_once();
    if (step && *step == Step::unchanged) {
      remove_download(request_);
      result_.is_unchanged = true;
      return result_;
    }
    if (step && *step == Step::done) break;
    if (step) {  // the part is of no use
      if (++failures > kMostFailures) {
        return failure(Code::malformed, request_,
                       "the server does not keep to the range asked for");
      }
      continue;
    }
    const Code code = step.error().code;
    const bool has_more = have_ > before;
    if (context_.is_cancelled()) return failure(Code::io, request_, "cancelled");
    // Getting to the head is tried again by the client; a body that breaks goes on here, as long as
    // the server lets it.
    const bool may_go_on = (code == Code::io || code == Code::truncated) && has_more &&
                           !state_.strong_validator().empty() && state_.size_bytes;
    if (code == Code::limit_exceeded || code == Code::malformed) remove_download(request_);
    if (!may_go_on) return std::unexpected(step.error());
    failures = have_ - before >= kProgressBytes ? 1 : failures + 1;
    if (failures > kMostFailures) return std::unexpected(step.error());
    context_.log->write(LogLevel::info,
                        fmt::format("{}: going on at byte {}: {}",
                                    net::display_url(request_.address), have_, step.error().what));
    BH_CHECK(wait());
    result_.is_resumed = true;
  }
  if (const Result<void> checked = digests_.check(part_path(request_)); !checked) {
    remove_download(request_);
    return failure(checked.error().code, request_, checked.error().what);
  }
  result_.path = part_path(request_);
  result_.state = state_;
  return result_;
}

}  // namespace

Result<Download> download(net::Client& client, const DownloadRequest& request,
                          const RunContext& context) {
  return Transfer(client, request, context).run();
}

void remove_download(const DownloadRequest& request) {
  ::unlink(part_path(request).c_str());
  ::unlink((request.folder + "/" + state_name(request)).c_str());
}

}  // namespace bulkhead::advisory
