#include "tests/support/http_server.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "bulkhead/base/text.h"
#include "tests/support/test_tools.h"

namespace bulkhead::test_support {
namespace {

constexpr int kLookMs = 20;
constexpr std::size_t kMostHeadBytes = 1 << 20;

[[noreturn]] void give_up(const char* what) {
  throw std::runtime_error(fmt::format("test server: {}: {}", what, std::strerror(errno)));
}

std::shared_ptr<void> make_tls(const HttpServerOptions& options) {
  if (options.certificate.empty()) return {};
  std::shared_ptr<SSL_CTX> tls(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (SSL_CTX_use_certificate_chain_file(tls.get(), options.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(tls.get(), options.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    give_up("certificate");
  }
  if (!options.client_authority.empty()) {
    SSL_CTX_load_verify_locations(tls.get(), options.client_authority.c_str(), nullptr);
    SSL_CTX_set_verify(tls.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return tls;
}

int listen_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) throw std::runtime_error("test server: long path");
  std::copy(path.begin(), path.end(), address.sun_path);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    give_up("bind");
  }
  return listener;
}

int listen_loopback(std::uint16_t& port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    give_up("bind");
  }
  socklen_t length = sizeof(address);
  if (::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    give_up("getsockname");
  }
  port = ntohs(address.sin_port);
  return listener;
}

HttpCall parse_call(std::string_view head) {
  HttpCall call;
  const std::string_view first = trim(take_line(head));
  const std::vector<std::string_view> words = split(first, ' ');
  call.method = words[0];
  if (words.size() > 1) call.target = words[1];
  while (!head.empty()) {
    const std::string_view line = trim(take_line(head));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    call.headers.emplace_back(to_lower(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return call;
}

}  // namespace

std::string HttpCall::header(std::string_view lower_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_name) return value;
  }
  return {};
}

void HttpReply::answer(int status, const std::vector<std::string>& header_lines,
                       std::string_view body) {
  std::string text =
      fmt::format("HTTP/1.1 {} Scripted\r\nContent-Length: {}\r\n", status, body.size());
  for (const std::string& line : header_lines) text += line + "\r\n";
  send(text + "\r\n");
  send(body);
}

/// One connection, plain or with TLS.
class HttpServer::Connection final : public HttpReply {
 public:
  Connection(int socket, void* tls, const std::atomic<bool>& is_stopping)
      : socket_(socket), is_stopping_(is_stopping) {
    if (tls != nullptr) ssl_.reset(SSL_new(static_cast<SSL_CTX*>(tls)));
  }
  ~Connection() override {
    if (ssl_ && is_shaken_ && !is_reset_) SSL_shutdown(ssl_.get());
    ::close(socket_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool shake_hands() {
    if (!ssl_) return true;
    SSL_set_fd(ssl_.get(), socket_);
    int result = 0;
    do {
      result = SSL_accept(ssl_.get());
    } while (is_later(result) && is_open());
    is_shaken_ = result == 1;
    ERR_clear_error();
    return is_shaken_;
  }

  bool is_open() const { return is_open_ && !is_stopping_; }

  bool send(std::string_view raw) override {
    while (!raw.empty() && is_open()) {
      ssize_t sent = 0;
      if (ssl_) {
        sent = SSL_write(ssl_.get(), raw.data(), static_cast<int>(raw.size()));
      } else {
        sent = ::send(socket_, raw.data(), raw.size(), MSG_NOSIGNAL);
      }
      if (sent > 0) {
        raw.remove_prefix(static_cast<std::size_t>(sent));
      } else if (!is_later(sent)) {
        is_open_ = false;
      }
    }
    return is_open();
  }

  void wait_ms(unsigned long ms) override {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    while (is_open() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(std::min<unsigned long>(ms, kLookMs)));
    }
  }

  void close() override { is_open_ = false; }

  void reset() override {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    is_open_ = false;
    is_reset_ = true;
  }

  /// The next request; false at the end of the connection.
  bool read_call(HttpCall& call) {
    std::size_t end = std::string::npos;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
      if (pending_.size() > kMostHeadBytes || !receive()) return false;
      if (pending_[0] < 'A' || pending_[0] > 'Z') {  // TLS, for one; answered as servers do
        answer(400);
        return false;
      }
    }
    call = parse_call(std::string_view(pending_).substr(0, end + 2));
    const std::size_t length = std::strtoul(call.header("content-length").c_str(), nullptr, 10);
    while (pending_.size() < end + 4 + length) {
      if (!receive()) return false;
    }
    call.body = pending_.substr(end + 4, length);
    pending_.erase(0, end + 4 + length);
    return true;
  }

 private:
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  /// Whether a call failed only because its time was up (SO_SNDTIMEO): look around, and go on.
  bool is_later(ssize_t result) const {
    if (result > 0) return false;
    if (!ssl_) return result < 0 && (errno == EAGAIN || errno == EINTR);
    const int reason = SSL_get_error(ssl_.get(), static_cast<int>(result));
    return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE;
  }

  bool receive() {
    pollfd waiting{socket_, POLLIN, 0};
    while (is_open() && (!ssl_ || SSL_pending(ssl_.get()) == 0)) {
      if (::poll(&waiting, 1, kLookMs) != 0) break;
    }
    if (!is_open()) return false;
    char chunk[16 << 10];
    ssize_t count = 0;
    do {
      count = ssl_ ? SSL_read(ssl_.get(), chunk, sizeof(chunk))
                   : ::recv(socket_, chunk, sizeof(chunk), 0);
    } while (is_later(count) && is_open());
    if (count <= 0) return false;
    pending_.append(chunk, static_cast<std::size_t>(count));
    return true;
  }

  const int socket_;
  const std::atomic<bool>& is_stopping_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  std::string pending_;
  bool is_open_ = true;
  bool is_reset_ = false;
  bool is_shaken_ = false;
};

HttpServer::HttpServer(Handler handler, HttpServerOptions options)
    : handler_(std::move(handler)), options_(std::move(options)), tls_(make_tls(options_)) {
  // OpenSSL writes without MSG_NOSIGNAL.
  if (tls_) std::signal(SIGPIPE, SIG_IGN);
  listener_ =
      options_.unix_socket.empty() ? listen_loopback(port_) : listen_unix(options_.unix_socket);
  if (::listen(listener_, 64) != 0) give_up("listen");
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() {
  is_stopping_ = true;
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
  if (!options_.unix_socket.empty()) ::unlink(options_.unix_socket.c_str());
}

std::string HttpServer::url(std::string_view path, std::string_view host) const {
  return fmt::format("{}://{}:{}{}", tls_ ? "https" : "http", host, port_, path);
}

std::vector<HttpCall> HttpServer::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

void HttpServer::accept_all() {
  pollfd waiting{listener_, POLLIN, 0};
  while (!is_stopping_) {
    if (::poll(&waiting, 1, kLookMs) <= 0) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    // A handler that sends without end must notice that the server stops.
    const timeval patience{0, 200'000};
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    const int at_once = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once));
    ++connections_;
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void HttpServer::serve(int socket) {
  Connection connection(socket, tls_.get(), is_stopping_);
  if (!connection.shake_hands()) return;
  HttpCall call;
  while (connection.is_open() && connection.read_call(call)) {
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(call);
    }
    handler_(call, connection);
  }
}

bool make_certificates(const std::string& folder) {
  const auto make = [&](const std::string& name, const std::string& extension) {
    return fmt::format(
        "openssl req -newkey rsa:2048 -nodes -keyout {0}/{1}.key -subj /CN={1} -out {0}/{1}.csr && "
        "printf '{2}' > {0}/{1}.ext && "
        "openssl x509 -req -in {0}/{1}.csr -CA {0}/ca.pem -CAkey {0}/ca.key -CAcreateserial "
        "-days 2 -extfile {0}/{1}.ext -out {0}/{1}.pem",
        folder, name, extension);
  };
  const std::string script = fmt::format(
      "( openssl req -x509 -newkey rsa:2048 -nodes -keyout {0}/ca.key -out {0}/ca.pem -days 2 "
      "-subj /CN=test-authority && {1} && {2} ) 2>/dev/null",
      folder, make("server", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
      make("client", "extendedKeyUsage=clientAuth"));
  return run_command(script).exit_code == 0;
}

}  // namespace bulkhead::test_support
