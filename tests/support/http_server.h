#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace bulkhead::test_support {

/// A request as the server has read it.
struct HttpCall {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  /// The value of the first header of that name, or "".
  std::string header(std::string_view lower_name) const;
};

/// What a handler does to one connection: it sends bytes as they are, so that an answer may be as
/// wrong as it likes.
class HttpReply {
 public:
  virtual ~HttpReply() = default;
  /// False once the other side has gone, or the server stops.
  virtual bool send(std::string_view raw) = 0;
  /// Sleeps; less where the server stops.
  virtual void wait_ms(unsigned long ms) = 0;
  /// The connection ends after this answer: in order, or (as a crashed host does it) by a reset.
  virtual void close() = 0;
  virtual void reset() = 0;

  /// A whole answer in order, with its Content-Length.
  void answer(int status, const std::vector<std::string>& header_lines = {},
              std::string_view body = {});
};

struct HttpServerOptions {
  std::string unix_socket = {};  // a path, in place of a port of 127.0.0.1
  std::string certificate = {};  // PEM files: with them it speaks TLS
  std::string key = {};
  std::string client_authority = {};  // clients must show a certificate of this authority
};

/// An HTTP/1.1 server on 127.0.0.1, at a port of the kernel's choice, that does what its handler
/// says; one thread a connection. Stops with its owner, which waits for all of its threads.
class HttpServer {
 public:
  using Handler = std::function<void(const HttpCall&, HttpReply&)>;

  explicit HttpServer(Handler handler, HttpServerOptions options = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const { return port_; }
  /// "http://HOST:PORT" + path, or https.
  std::string url(std::string_view path, std::string_view host = "127.0.0.1") const;
  /// The requests so far, in the order in which they came.
  std::vector<HttpCall> calls() const;
  /// Connections so far.
  std::size_t connections() const { return connections_; }

 private:
  class Connection;

  void accept_all();
  void serve(int socket);

  const Handler handler_;
  const HttpServerOptions options_;
  std::shared_ptr<void> tls_;  // an SSL_CTX
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<std::size_t> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<HttpCall> calls_;
  std::list<std::thread> threads_;  // of connections; touched by the accepting thread alone
  std::thread acceptor_;
};

/// Makes, by the openssl program, an authority (FOLDER/ca.pem) and a certificate that it signed
/// for localhost and 127.0.0.1 (FOLDER/server.pem, server.key) and one for clients (client.pem,
/// client.key). False where that fails.
bool make_certificates(const std::string& folder);

}  // namespace bulkhead::test_support
