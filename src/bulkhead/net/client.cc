#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/net/address.h"
#include "bulkhead/net/certificates.h"
#include "bulkhead/net/curl_loader.h"
#include "bulkhead/net/http.h"
#include "bulkhead/net/loop.h"
#include "bulkhead/net/retry.h"
#include "bulkhead/net/transfer.h"
#include "bulkhead/net/url.h"

namespace bulkhead::net {
namespace {

constexpr unsigned kMostRedirects = 10;
// What is read of an answer that is not wanted, so that its connection can serve the next request.
constexpr std::size_t kMostDiscarded = 64 << 10;
constexpr std::chrono::milliseconds kLongestDiscard(300);
constexpr std::chrono::milliseconds kNap(50);

/// A method whose repetition does no harm (RFC 9110, 9.2.2), of those that we send.
bool is_repeatable(const HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// A method or the name of a header: RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.contains(c);
  });
}

bool is_header_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

Result<void> check_request(const HttpRequest& request) {
  const auto refuse = [&](std::string what) {
    return std::unexpected(Error{Code::malformed, std::move(what), display_url(request.url)});
  };
  if (!is_token(request.method))
    return refuse("http: not a method: " + to_terminal(request.method));
  if (!is_header_value(request.authorization)) return refuse("http: a line break in a credential");
  for (const Header& header : request.headers) {
    if (!is_token(header.name)) return refuse("http: not a header: " + to_terminal(header.name));
    if (!is_header_value(header.value)) {
      return refuse(fmt::format("http: a line break in the header {}", header.name));
    }
  }
  return {};
}

/// Where an answer from `from` leads.
Result<Url> resolve_redirect(const Url& from, std::string_view location) {
  const auto refuse = [&](Code code, std::string_view why) {
    return std::unexpected(
        Error{code, fmt::format("http: redirected to {}: {}", display_url(location), why),
              display_url(from.text)});
  };
  Result<Url> next = resolve_url(from, std::string(location));
  if (!next) return refuse(next.error().code, next.error().what);
  if (from.scheme == "https" && next->scheme == "http") {
    return refuse(Code::io, "https does not lead to http here");
  }
  return next;
}

std::vector<std::string> header_lines(const HttpRequest& request, bool is_first_origin) {
  // Without these curl adds "Expect: 100-continue" and a form's type to a request with a body.
  std::vector<std::string> lines = {"Expect:"};
  bool has_agent = false;
  bool has_type = false;
  for (const Header& header : request.headers) {
    const std::string name = to_lower(header.name);
    has_agent = has_agent || name == "user-agent";
    has_type = has_type || name == "content-type";
    // "Name;" is how curl is told of an empty header; "Name:" would remove it.
    lines.push_back(header.value.empty() ? header.name + ";"
                                         : fmt::format("{}: {}", header.name, header.value));
  }
  if (!has_agent) lines.emplace_back("User-Agent: bulkhead/" BULKHEAD_VERSION);
  if (!has_type) lines.emplace_back("Content-Type:");
  if (is_first_origin && !request.authorization.empty()) {
    lines.push_back("Authorization: " + request.authorization);
  }
  return lines;
}

/// Tries that a request has left, and how many it has had.
struct Budget {
  unsigned used = 0;
  unsigned most = 0;
  bool is_left() const { return used < most; }
};

class CurlBody final : public BodyStream {
 public:
  CurlBody(std::shared_ptr<Loop> loop, std::shared_ptr<Transfer> transfer, HttpHead head,
           const RunContext& context)
      : loop_(std::move(loop)),
        transfer_(std::move(transfer)),
        head_(std::move(head)),
        is_cancelled_([&context] { return context.is_cancelled(); }) {}
  ~CurlBody() override { loop_->abandon(transfer_); }
  CurlBody(const CurlBody&) = delete;
  CurlBody& operator=(const CurlBody&) = delete;

  const HttpHead& head() const override { return head_; }

  Result<std::size_t> read(MutableByteView out) override { return read_until(out, is_cancelled_); }

  Result<std::size_t> read_until(MutableByteView out, const IsCancelled& is_cancelled) {
    auto got = transfer_->read(out, is_cancelled);
    if (!got) return std::unexpected(located(got.error(), transfer_->place()));
    if (got->is_resume) loop_->resume(transfer_);
    return got->bytes;
  }

  /// Reads a short rest for the sake of the connection.
  void discard() {
    const auto end = std::chrono::steady_clock::now() + kLongestDiscard;
    const IsCancelled is_late = [&] {
      return is_cancelled_() || std::chrono::steady_clock::now() >= end;
    };
    std::vector<std::byte> scratch(kMostDiscarded / 4);
    for (std::size_t seen = 0; seen < kMostDiscarded;) {
      const Result<std::size_t> count = read_until(scratch, is_late);
      if (!count || *count == 0) return;
      seen += *count;
    }
  }

  bool is_passing_failure() { return transfer_->is_passing_failure(); }

 private:
  const std::shared_ptr<Loop> loop_;
  const std::shared_ptr<Transfer> transfer_;
  const HttpHead head_;
  const IsCancelled is_cancelled_;
};

class CurlClient final : public Client {
 public:
  CurlClient(ClientOptions options, std::shared_ptr<const Certificates> certificates,
             const RunContext& context)
      : options_(std::move(options)), certificates_(std::move(certificates)), context_(context) {}

  Result<HttpAnswer> fetch(const HttpRequest& request, std::uint64_t most_bytes) override;
  Result<std::unique_ptr<BodyStream>> open(const HttpRequest& request) override;

 private:
  std::shared_ptr<Loop> loop();
  bool may_be_private(const Url& url) const;
  Budget budget_for(const HttpRequest& request) const;
  Result<std::unique_ptr<CurlBody>> follow(const HttpRequest& request, Budget& budget);
  Result<std::unique_ptr<CurlBody>> ask(const HttpRequest& request, const Url& url,
                                        bool is_first_origin, Budget& budget);
  std::expected<std::unique_ptr<CurlBody>, Failure> ask_once(const HttpRequest& request,
                                                             const Url& url, bool is_first_origin);
  Result<void> wait_to_retry(std::string_view why, const HttpHead* head, const std::string& place,
                             Budget& budget);

  const ClientOptions options_;
  const std::shared_ptr<const Certificates> certificates_;
  const RunContext& context_;
  std::mutex mutex_ = {};
  std::shared_ptr<Loop> loop_ = {};
};

/// The network thread starts with the first request: most runs need none.
std::shared_ptr<Loop> CurlClient::loop() {
  const std::lock_guard lock(mutex_);
  if (!loop_) loop_ = std::make_shared<Loop>(context_);
  return loop_;
}

/// Did the user name this server?
bool CurlClient::may_be_private(const Url& url) const {
  return std::ranges::any_of(options_.private_urls, [&](const std::string& text) {
    const Result<Url> named = parse_url(text);
    return named && named->is_same_origin(url);
  });
}

Budget CurlClient::budget_for(const HttpRequest& request) const {
  return Budget{0, is_repeatable(request) ? options_.retries : 0};
}

std::expected<std::unique_ptr<CurlBody>, Failure> CurlClient::ask_once(const HttpRequest& request,
                                                                       const Url& url,
                                                                       bool is_first_origin) {
  const bool is_public_only = options_.is_public_only && !may_be_private(url);
  if (is_public_only && !is_public_host(url)) {
    return std::unexpected(
        Failure{Error{Code::unsupported, std::string(kNotPublic), display_url(url.text)}});
  }
  std::shared_ptr<Loop> network = loop();
  auto transfer = std::make_shared<Transfer>(
      Outgoing{request.method, url, header_lines(request, is_first_origin), request.body,
               request.unix_socket, is_first_origin, is_public_only},
      options_, certificates_);
  network->start(transfer);
  if (auto failure = transfer->wait_head([this] { return context_.is_cancelled(); })) {
    network->abandon(transfer);
    return std::unexpected(*std::move(failure));
  }
  HttpHead head = transfer->head();
  head.url = url.text;
  return std::make_unique<CurlBody>(std::move(network), std::move(transfer), std::move(head),
                                    context_);
}

Result<void> CurlClient::wait_to_retry(std::string_view why, const HttpHead* head,
                                       const std::string& place, Budget& budget) {
  std::uint64_t wait_ms = backoff_ms(budget.used, options_.first_wait_ms, options_.most_wait_ms);
  const auto asked = head == nullptr ? std::nullopt : head->header("retry-after");
  if (asked) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto now_s = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    wait_ms = std::min(parse_retry_after(*asked, now_s).value_or(wait_ms), options_.most_wait_ms);
  }
  ++budget.used;
  context_.log->write(LogLevel::warning,
                      fmt::format("{}: {}; trying again in {:.1f} s ({} of {})", place, why,
                                  static_cast<double>(wait_ms) / 1000, budget.used, budget.most));
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
  while (std::chrono::steady_clock::now() < end) {
    if (context_.is_cancelled()) return std::unexpected(Error{Code::io, "cancelled", place});
    const auto left = end - std::chrono::steady_clock::now();
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(left, kNap));
  }
  return {};
}

Result<std::unique_ptr<CurlBody>> CurlClient::ask(const HttpRequest& request, const Url& url,
                                                  bool is_first_origin, Budget& budget) {
  for (;;) {
    auto body = ask_once(request, url, is_first_origin);
    if (!body) {
      const Failure& failure = body.error();
      if (!failure.is_passing || !budget.is_left()) return std::unexpected(failure.error);
      BH_CHECK(wait_to_retry(failure.error.what, nullptr, failure.error.where, budget));
      continue;
    }
    const HttpHead& head = (*body)->head();
    if (!is_passing_status(head.status) || !budget.is_left()) return *std::move(body);
    (*body)->discard();
    BH_CHECK(wait_to_retry(fmt::format("http: the server answered {}", head.status), &head,
                           display_url(url.text), budget));
  }
}

Result<std::unique_ptr<CurlBody>> CurlClient::follow(const HttpRequest& request, Budget& budget) {
  BH_CHECK(check_request(request));
  BH_TRY(const Url first, parse_url(request.url));
  const bool is_following = request.unix_socket.empty() && is_repeatable(request);
  Url url = first;
  bool is_first_origin = true;
  for (unsigned redirects = 0;; ++redirects) {
    BH_TRY(auto body, ask(request, url, is_first_origin, budget));
    const HttpHead& head = body->head();
    const auto location = head.header("location");
    if (!is_following || !is_redirect(head.status) || !location) return body;
    const std::string place = display_url(url.text);
    if (redirects == kMostRedirects) {
      return std::unexpected(Error{Code::limit_exceeded,
                                   fmt::format("http: more than {} redirects", kMostRedirects),
                                   place});
    }
    BH_TRY(Url next, resolve_redirect(url, *location));
    // Once dropped it stays so: whoever redirected here may lead back at will.
    is_first_origin = is_first_origin && next.is_same_origin(first);
    body->discard();
    url = std::move(next);
  }
}

Result<std::unique_ptr<BodyStream>> CurlClient::open(const HttpRequest& request) {
  Budget budget = budget_for(request);
  return follow(request, budget);
}

Result<HttpAnswer> CurlClient::fetch(const HttpRequest& request, std::uint64_t most_bytes) {
  Budget budget = budget_for(request);
  for (;;) {
    BH_TRY(auto body, follow(request, budget));
    const auto too_long = [&] {
      return std::unexpected(Error{
          Code::limit_exceeded, fmt::format("http: the answer is longer than {} bytes", most_bytes),
          display_url(body->head().url)});
    };
    const bool has_body = request.method != "HEAD";
    if (has_body && body->head().content_length().value_or(0) > most_bytes) return too_long();
    HttpAnswer answer{body->head(), {}};
    std::vector<std::byte> chunk(64 << 10);
    for (;;) {
      const Result<std::size_t> count = body->read(chunk);
      if (!count) {
        // Nobody has seen anything of it yet.
        if (!body->is_passing_failure() || !budget.is_left()) return std::unexpected(count.error());
        BH_CHECK(wait_to_retry(count.error().what, nullptr, count.error().where, budget));
        break;
      }
      if (*count == 0) return answer;
      if (*count > most_bytes - answer.body.size()) return too_long();
      answer.body += as_text(ByteView(chunk).first(*count));
    }
  }
}

}  // namespace

Result<std::shared_ptr<Client>> Client::create(const ClientOptions& options,
                                               const RunContext& context) {
  BH_CHECK(load_curl());
  BH_TRY(auto certificates, Certificates::load(options));
  return std::make_shared<CurlClient>(options, std::move(certificates), context);
}

}  // namespace bulkhead::net
