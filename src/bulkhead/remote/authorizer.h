#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/net/http.h"
#include "bulkhead/remote/challenge.h"
#include "bulkhead/remote/credentials.h"
#include "bulkhead/remote/reference.h"

namespace bulkhead::remote {

/// Proves to one registry that we may pull from one repository: by nothing, a password, or a token
/// that its token server sells. Used by all threads that read layers.
///
/// @see distribution, "Token Authentication Specification" and "OAuth2 Token Authentication".
class Authorizer {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  struct Setup {
    std::string scope = {};     // "repository:library/nginx:pull"
    bool may_use_http = false;  // --insecure
    bool is_loopback = false;   // the registry is this machine's: so may its token server be
    Clock clock = std::chrono::steady_clock::now;
  };

  /// @param find  Asked once, when the registry first wants to know who asks.
  Authorizer(std::shared_ptr<net::Client> client, Setup setup,
             std::function<std::optional<Credential>()> find);

  /// The Authorization header for the next request; empty as long as nobody asked for one. A token
  /// that is about to expire has been renewed.
  Result<std::string> authorization();

  /// After a 401: what to ask again with.
  /// @param used  What the refused request had been sent with.
  /// @error io, unsupported, malformed  There is nothing to be had that would help.
  Result<std::string> answer(const net::HttpHead& refusal, const std::string& used);

  /// `text` without the secrets in it: some servers repeat in their messages what they were told.
  std::string redact(std::string text) const;
  /// Where the credential in use comes from; empty where there is none.
  std::string source() const;

 private:
  struct TokenServer {
    std::string realm;
    std::string service;
  };

  const std::optional<Credential>& credential();
  Result<void> check_realm(std::string_view realm) const;
  Result<void> buy_token();
  Result<void> read_token(std::string_view body);
  net::HttpRequest token_request();

  const std::shared_ptr<net::Client> client_;
  const Setup setup_;
  const std::function<std::optional<Credential>()> find_;

  mutable std::mutex mutex_;  // for all below
  bool has_looked_ = false;
  std::optional<Credential> credential_;
  std::optional<TokenServer> server_;
  std::string authorization_;
  std::optional<std::chrono::steady_clock::time_point> renew_at_;
};

}  // namespace bulkhead::remote
