#include "bulkhead/net/transfer.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include "bulkhead/base/text.h"
#include "bulkhead/io/fd.h"
#include "bulkhead/net/address.h"
#include "bulkhead/net/proxy.h"
#include "bulkhead/net/retry.h"

namespace bulkhead::net {
namespace {

// Read ahead of the reader: enough for a network to go on while a decoder works on one block.
constexpr std::size_t kBufferBytes = 1 << 20;
// What curl reads from a socket at once.
constexpr long kReadBytes = 256 << 10;
// A sender that gives less than this in kSlowWindows stall timeouts holds us up on purpose.
constexpr std::uint64_t kLeastBytes = 1024;
constexpr int kSlowWindows = 4;

constexpr std::chrono::milliseconds kLook(100);

/// Where HTTP_PROXY in capitals counts: curl leaves that to its user, since a CGI script's caller
/// can set it. Loopback needs no proxy, as in Go's programs.
std::optional<std::string> choose_proxy(const Url& url, bool is_unix_socket) {
  if (is_unix_socket || url.is_loopback()) return "";
  if (url.scheme != "http" || std::getenv("http_proxy") != nullptr) return std::nullopt;
  const char* proxy = std::getenv("HTTP_PROXY");
  if (proxy == nullptr || std::getenv("REQUEST_METHOD") != nullptr) return std::nullopt;
  return proxy;
}

int close_on_exec(void*, curl_socket_t socket, curlsocktype) {
  // A credential helper started meanwhile must not hold our connections open.
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  return CURL_SOCKOPT_OK;
}

CURLcode add_authorities(CURL*, void* ssl_context, void* user) {
  const auto* certificates = static_cast<const Certificates*>(user);
  return certificates->add_own_to(ssl_context) ? CURLE_OK : CURLE_SSL_CACERT_BADFILE;
}

/// Errors before the head that another try may not meet.
bool is_passing_error(CURL* handle, CURLcode code, std::string_view message) {
  long connect_status = 0;
  curl_easy_getinfo(handle, CURLINFO_HTTP_CONNECTCODE, &connect_status);
  if (connect_status >= 300) return is_passing_status(static_cast<int>(connect_status));
  switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
      return true;
    case CURLE_SSL_CONNECT_ERROR:  // lost in the middle of it, not refused
      return message.contains("SSL_ERROR_SYSCALL") || message.contains("reset by peer");
    default:
      return false;
  }
}

}  // namespace

void Transfer::FreeHandle::operator()(void* handle) const { curl_easy_cleanup(handle); }
void Transfer::FreeList::operator()(void* list) const {
  curl_slist_free_all(static_cast<curl_slist*>(list));
}

Transfer::Transfer(Outgoing outgoing, const ClientOptions& options,
                   std::shared_ptr<const Certificates> certificates)
    : outgoing_(std::move(outgoing)),
      certificates_(std::move(certificates)),
      place_(outgoing_.unix_socket.empty() ? display_url(outgoing_.url.text)
                                           : to_terminal(outgoing_.unix_socket)),
      stall_timeout_(options.stall_timeout_ms),
      handle_(curl_easy_init()),
      body_(kBufferBytes) {
  curl_message_.resize(CURL_ERROR_SIZE);
  set_up(options);
  set_up_tls(options);
  if (outgoing_.is_public_only) {
    set_up_guard();
  } else {
    set_up_proxy();
  }
}

Transfer::~Transfer() = default;

void Transfer::set_up(const ClientOptions& options) {
  CURL* curl = handle_.get();
  curl_easy_setopt(curl, CURLOPT_PRIVATE, this);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, curl_message_.data());
  curl_easy_setopt(curl, CURLOPT_URL, outgoing_.url.text.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  // Bodies are held back one by one, by readers of different speed; on HTTP/2 they would share one
  // connection, and a held one its window with the others.
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);  // does not wait for the resolver's thread
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, kReadBytes);
  curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout_ms));
  curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, close_on_exec);
  if (!outgoing_.unix_socket.empty()) {
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, outgoing_.unix_socket.c_str());
  }

  if (outgoing_.method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  } else if (outgoing_.method != "GET") {
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, outgoing_.method.c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(outgoing_.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, outgoing_.body.data());
  }
  for (const std::string& line : outgoing_.header_lines) {
    // The list's head moves only at the first line.
    curl_slist* list = static_cast<curl_slist*>(headers_.release());
    headers_.reset(curl_slist_append(list, line.c_str()));
  }
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.get());

  curl_easy_setopt(curl, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(
      curl, CURLOPT_PREREQFUNCTION, +[](void* user, char*, char*, int, int) -> int {
        auto* self = static_cast<Transfer*>(user);
        self->is_connected_ = true;
        self->last_byte_ = self->window_start_ = Clock::now();
        return CURL_PREREQFUNC_OK;
      });
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(
      curl, CURLOPT_HEADERFUNCTION,
      +[](char* data, std::size_t size, std::size_t count, void* user) {
        const std::size_t length = size * count;
        auto* self = static_cast<Transfer*>(user);
        return self->take_head_line({data, length}) ? length : std::size_t{0};
      });
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(
      curl, CURLOPT_WRITEFUNCTION,
      +[](char* data, std::size_t size, std::size_t count, void* user) {
        auto* self = static_cast<Transfer*>(user);
        return self->take_body(as_bytes({data, size * count}));
      });
}

void Transfer::set_up_tls(const ClientOptions& options) {
  CURL* curl = handle_.get();
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (options.is_insecure) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  const auto name_or_none = [](const std::string& name) {
    return name.empty() ? nullptr : name.c_str();
  };
  const char* file = name_or_none(certificates_->system_file());
  const char* folder = name_or_none(certificates_->system_folder());
  curl_easy_setopt(curl, CURLOPT_CAINFO, file);
  curl_easy_setopt(curl, CURLOPT_CAPATH, folder);
  curl_easy_setopt(curl, CURLOPT_PROXY_CAINFO, file);
  curl_easy_setopt(curl, CURLOPT_PROXY_CAPATH, folder);
  if (certificates_->has_own()) {
    curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, add_authorities);
    curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, certificates_.get());
  }
  if (!options.client_certificate.empty() && outgoing_.is_first_origin) {
    const std::string& key =
        options.client_key.empty() ? options.client_certificate : options.client_key;
    curl_easy_setopt(curl, CURLOPT_SSLCERT, options.client_certificate.c_str());
    curl_easy_setopt(curl, CURLOPT_SSLKEY, key.c_str());
  }
}

void Transfer::set_up_proxy() {
  const std::optional<std::string> proxy =
      choose_proxy(outgoing_.url, !outgoing_.unix_socket.empty());
  if (proxy) curl_easy_setopt(handle_.get(), CURLOPT_PROXY, proxy->c_str());
}

/// Connections are made to public addresses alone, or to the user's proxy. Which of the two it is
/// must be decided here: curl does not say what it opens a socket for.
void Transfer::set_up_guard() {
  CURL* curl = handle_.get();
  const std::optional<std::string> proxy = proxy_of(outgoing_.url);
  curl_easy_setopt(curl, CURLOPT_PROXY, proxy ? proxy->c_str() : "");
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "");
  if (proxy) return;
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(
      curl, CURLOPT_OPENSOCKETFUNCTION,
      +[](void* user, curlsocktype, curl_sockaddr* address) -> curl_socket_t {
        if (!is_public_address(address->addr)) {
          static_cast<Transfer*>(user)->is_refused_ = true;
          return CURL_SOCKET_BAD;
        }
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
      });
}

void Transfer::note_bytes(std::size_t count) {
  last_byte_ = Clock::now();
  window_bytes_ += count;
}

bool Transfer::take_head_line(std::string_view line) {
  note_bytes(line.size());
  if (auto taken = reader_.add_line(line); !taken) {
    own_error_ = std::move(taken).error();
    return false;
  }
  if (!reader_.is_complete()) return true;
  {
    const std::lock_guard lock(mutex_);
    has_head_ = true;
  }
  changed_.notify_all();
  return true;
}

std::size_t Transfer::take_body(ByteView bytes) {
  if (!body_.try_write(bytes)) {
    is_paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  note_bytes(bytes.size());
  return bytes.size();
}

void Transfer::resume() {
  is_paused_ = false;
  last_byte_ = window_start_ = Clock::now();
  window_bytes_ = 0;
  curl_easy_pause(handle_.get(), CURLPAUSE_CONT);
}

bool Transfer::is_stalled(Clock::time_point now) {
  if (!is_connected_ || is_paused_) return false;
  if (now - last_byte_ >= stall_timeout_) return true;
  if (now - window_start_ < kSlowWindows * stall_timeout_) return false;
  const bool is_slow = window_bytes_ < kLeastBytes;
  window_start_ = now;
  window_bytes_ = 0;
  return is_slow;
}

Failure Transfer::explain(int curl_code) const {
  const auto code = static_cast<CURLcode>(curl_code);
  if (own_error_) return {located(*own_error_, place_), false};
  if (is_refused_ && code == CURLE_COULDNT_CONNECT) {
    return {Error{Code::unsupported, std::string(kNotPublic), place_}};
  }
  // Old curls say "out of memory" to a line of the head that is too long for them (100 KiB), new
  // ones have a code of its own (CURLE_TOO_LARGE, 8.6).
  constexpr int kTooLarge = 100;
  if ((code == CURLE_OUT_OF_MEMORY || curl_code == kTooLarge) && !reader_.is_complete()) {
    return {Error{Code::limit_exceeded, "http: the answer's headers are too long", place_}};
  }
  std::string_view reason(curl_message_.c_str());
  if (reason.empty()) reason = curl_easy_strerror(code);
  std::string text = "http: " + to_terminal(trim(reason));
  long system_code = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_OS_ERRNO, &system_code);
  if (code == CURLE_COULDNT_CONNECT && system_code != 0 && system_code != EINPROGRESS) {
    text += fmt::format(" ({})", io::system_message(static_cast<int>(system_code)));
  }
  const bool is_truncated = code == CURLE_PARTIAL_FILE;
  return {Error{is_truncated ? Code::truncated : Code::io, std::move(text), place_},
          is_passing_error(handle_.get(), code, reason)};
}

void Transfer::finish(int curl_code) {
  if (curl_code == CURLE_OK && reader_.is_complete()) {
    body_.finish(std::nullopt);
  } else if (curl_code == CURLE_OK) {
    end({Error{Code::io, "http: the connection ended without an answer", place_}, true});
  } else {
    end(explain(curl_code));
  }
}

void Transfer::end(Failure failure) {
  Error error = failure.error;
  {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
  }
  changed_.notify_all();
  body_.finish(std::move(error));
}

std::optional<Failure> Transfer::wait_head(const IsCancelled& is_cancelled) {
  std::unique_lock lock(mutex_);
  while (!has_head_ && !failure_) {
    if (is_cancelled()) return Failure{Error{Code::io, "cancelled", place_}};
    changed_.wait_for(lock, kLook);
  }
  return has_head_ ? std::nullopt : failure_;
}

bool Transfer::is_passing_failure() {
  const std::lock_guard lock(mutex_);
  return failure_ && failure_->is_passing;
}

}  // namespace bulkhead::net
