#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/net/http.h"

namespace bulkhead::remote {

/// What a test's server answers.
struct FakeAnswer {
  int status = 200;
  std::vector<net::Header> headers = {};
  std::string body = {};
  std::optional<Error> broken = {};   // comes after the body instead of its end
  bool is_endless = false;            // the body's last byte again and again
  std::optional<Error> refused = {};  // no answer at all
};

class FakeBody final : public net::BodyStream {
 public:
  FakeBody(net::HttpHead head, FakeAnswer answer)
      : head_(std::move(head)), answer_(std::move(answer)) {}
  const net::HttpHead& head() const override { return head_; }
  Result<std::size_t> read(MutableByteView out) override {
    if (at_ == answer_.body.size() && answer_.is_endless && !out.empty()) {
      out[0] = std::byte{'x'};
      return 1;
    }
    if (at_ == answer_.body.size() && answer_.broken) return std::unexpected(*answer_.broken);
    const std::size_t size = std::min({out.size(), answer_.body.size() - at_, std::size_t{7000}});
    if (size > 0) std::memcpy(out.data(), answer_.body.data() + at_, size);
    at_ += size;
    return size;
  }

 private:
  net::HttpHead head_;
  FakeAnswer answer_;
  std::size_t at_ = 0;
};

/// A net::Client whose server is a function.
class FakeClient final : public net::Client {
 public:
  using Server = std::function<FakeAnswer(const net::HttpRequest&)>;
  explicit FakeClient(Server server) : server_(std::move(server)) {}

  Result<net::HttpAnswer> fetch(const net::HttpRequest& request,
                                std::uint64_t most_bytes) override {
    const FakeAnswer answer = ask(request);
    if (answer.refused) return std::unexpected(*answer.refused);
    if (answer.body.size() > most_bytes) return fail(Code::limit_exceeded, "the body is too long");
    if (answer.broken) return std::unexpected(*answer.broken);
    return net::HttpAnswer{head_of(answer, request), answer.body};
  }
  Result<std::unique_ptr<net::BodyStream>> open(const net::HttpRequest& request) override {
    FakeAnswer answer = ask(request);
    if (answer.refused) return std::unexpected(*answer.refused);
    net::HttpHead head = head_of(answer, request);
    return std::make_unique<FakeBody>(std::move(head), std::move(answer));
  }

  /// What was asked so far.
  std::vector<net::HttpRequest> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  FakeAnswer ask(const net::HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(request);
    return server_(request);
  }
  static net::HttpHead head_of(const FakeAnswer& answer, const net::HttpRequest& request) {
    return {answer.status, answer.headers, request.url};
  }

  Server server_;
  mutable std::mutex mutex_;
  std::vector<net::HttpRequest> asked_;
};

/// A header of a request; "" where there is none.
inline std::string header_of(const net::HttpRequest& request, std::string_view name) {
  for (const net::Header& header : request.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

}  // namespace bulkhead::remote
