#pragma once

#include <memory>
#include <string>

#include "bulkhead/base/error.h"
#include "bulkhead/net/http.h"

namespace bulkhead::net {

/// Whom TLS trusts: the system's authorities by path, which the TLS library reads when it is first
/// needed, and those of the options, which are read at once so that a wrong file is told at once.
class Certificates {
 public:
  /// @error io, malformed, limit_exceeded  A file of the options, with its name.
  static Result<std::shared_ptr<const Certificates>> load(const ClientOptions& options);
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  /// The system's bundle: SSL_CERT_FILE, or the first of the places where distributions keep it;
  /// empty where there is none.
  const std::string& system_file() const;
  /// SSL_CERT_DIR, as OpenSSL and Go read it, or empty.
  const std::string& system_folder() const;
  bool has_own() const;
  /// Adds those of the options to an SSL_CTX.
  bool add_own_to(void* ssl_context) const;

 private:
  struct State;
  explicit Certificates(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace bulkhead::net
