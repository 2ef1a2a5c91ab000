#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/io/stream.h"

namespace bulkhead::net {

// Bounds of an answer's head, with all its interim ones; servers stay far below (nginx sends at
// most 32 KiB by default).
inline constexpr std::size_t kMostHeadBytes = 256 << 10;
inline constexpr std::size_t kMostHeaders = 1000;

/// What holds for all requests of one client. Proxies come from the environment (HTTPS_PROXY,
/// HTTP_PROXY, ALL_PROXY, NO_PROXY), as curl reads it.
struct ClientOptions {
  std::string ca_file = {};             // PEM; in addition to the system's
  std::string ca_folder = {};           // of *.crt files, as containers' certs.d
  std::string client_certificate = {};  // PEM
  std::string client_key = {};          // PEM
  bool is_insecure = false;             // certificates are not checked
  std::uint64_t connect_timeout_ms = 15'000;
  std::uint64_t stall_timeout_ms = 30'000;  // no byte for this long ends a transfer
  unsigned retries = 4;                     // of what may pass: 408, 429, 5xx, a lost connection
  std::uint64_t most_wait_ms = 60'000;      // the longest wait before one retry (Retry-After)
  std::uint64_t first_wait_ms = 500;        // doubled each time, where no Retry-After says more
  /// For URLs that a target names: connections lead to public addresses alone (address.h), whatever
  /// a name resolves to, and after each redirect. Through a proxy, which resolves names itself,
  /// this holds for addresses in URLs and for localhost.
  bool is_public_only = false;
  std::vector<std::string> private_urls = {};  // whose scheme, host and port may lie anywhere
};

struct Header {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;                   // http, https
  std::vector<Header> headers = {};  // sent to whoever answers, also after a redirect
  std::string authorization = {};    // sent to the host and port of `url` alone
  std::string body = {};
  std::string unix_socket = {};  // a path: the connection goes there, whatever `url` says
};

/// The start of an answer: all but its body.
struct HttpHead {
  int status = 0;
  std::vector<Header> headers;
  std::string url;  // that answered, after redirects

  /// The first header of that name (case does not count); nothing where there is none.
  std::optional<std::string_view> header(std::string_view name) const;
  std::optional<std::uint64_t> content_length() const;
};

struct HttpAnswer {
  HttpHead head;
  std::string body;
};

/// The body of an answer as it comes. Reads ahead by a bounded buffer on a thread of the client's,
/// so that the network does not wait for whoever reads. Closing it early closes the connection.
class BodyStream : public io::Stream {
 public:
  virtual const HttpHead& head() const = 0;
};

/// An HTTP client (libcurl). Any number of threads may use one at once.
///
/// Redirects are followed by the client itself, at most 10, never from https to http; neither
/// `authorization` nor the client's certificate is shown to another host, port or scheme. An answer
/// of any status is an answer, not an error: callers judge it. What may pass
/// (ClientOptions::retries) is tried again before that, for GET and HEAD alone, each time with a
/// line to the log.
class Client {
 public:
  /// @param context  Its `cancelled` ends every wait within half a second; outlives the client.
  /// @error unsupported    libcurl is not installed.
  /// @error io, malformed  A file of certificates cannot be read or is none.
  static Result<std::shared_ptr<Client>> create(const ClientOptions& options,
                                                const RunContext& context);
  virtual ~Client() = default;

  /// An answer whose body is small.
  /// @error limit_exceeded  The body is longer than `most_bytes` (nothing more of it is read).
  /// @error io              No connection, TLS refused, stalled, cancelled: what curl says.
  /// @error truncated       The body ended early.
  virtual Result<HttpAnswer> fetch(const HttpRequest& request, std::uint64_t most_bytes) = 0;

  /// Sends the request and returns when the head is there. Only getting to the head is retried: a
  /// body that breaks is the reader's to go on with (`Range`).
  virtual Result<std::unique_ptr<BodyStream>> open(const HttpRequest& request) = 0;
};

}  // namespace bulkhead::net
