#include "bulkhead/remote/authorizer.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"
#include "bulkhead/remote/registry_error.h"

namespace bulkhead::remote {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t kMostAnswerBytes = 1 << 20;
constexpr std::size_t kMostTokenBytes = 64 << 10;
constexpr std::size_t kMostRealmBytes = 4 << 10;
constexpr std::size_t kLeastSecretBytes = 4;  // shorter ones would blot out ordinary words
constexpr std::int64_t kDefaultLifeS = 60;    // by the specification
constexpr std::int64_t kMostLifeS = std::int64_t{24} * 3600;
constexpr seconds kMostMargin(20);  // a token is renewed so long before it expires

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || std::string_view("-._~").contains(c);
    if (is_plain) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

/// What may stand in a header: a hostile token server must not write headers of ours.
bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kMostTokenBytes &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

void replace_all(std::string& text, std::string_view what) {
  if (what.size() < kLeastSecretBytes) return;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos;) {
    text.replace(at, what.size(), "***");
    at += 3;
  }
}

std::string basic(const Credential& credential) {
  return "Basic " + to_base64(credential.username + ":" + credential.password);
}

}  // namespace

Authorizer::Authorizer(std::shared_ptr<net::Client> client, Setup setup,
                       std::function<std::optional<Credential>()> find)
    : client_(std::move(client)), setup_(std::move(setup)), find_(std::move(find)) {}

/// @pre mutex_ is held
const std::optional<Credential>& Authorizer::credential() {
  if (!std::exchange(has_looked_, true)) credential_ = find_();
  return credential_;
}

Result<std::string> Authorizer::authorization() {
  const std::lock_guard lock(mutex_);
  if (renew_at_ && setup_.clock() >= *renew_at_) BH_CHECK(buy_token());
  return authorization_;
}

Result<std::string> Authorizer::answer(const net::HttpHead& refusal, const std::string& used) {
  const std::lock_guard lock(mutex_);
  if (authorization_ != used) return authorization_;  // another thread was quicker
  std::optional<Challenge> bearer;
  bool is_basic = false;
  for (const net::Header& header : refusal.headers) {
    if (to_lower(header.name) != "www-authenticate") continue;
    for (Challenge& challenge : parse_challenges(header.value)) {
      if (challenge.scheme == "basic") is_basic = true;
      if (challenge.scheme == "bearer" && !bearer) bearer = std::move(challenge);
    }
  }
  if (bearer) {
    if (credential() && !credential_->registry_token.empty()) {
      const std::string token = "Bearer " + credential_->registry_token;
      if (!is_token(credential_->registry_token) || token == used) {
        return fail(Code::io,
                    fmt::format("registry: the token of {} is refused", credential_->source));
      }
      return authorization_ = token;
    }
    const std::string realm(bearer->parameter("realm"));
    BH_CHECK(check_realm(realm));
    server_ = TokenServer{realm, std::string(bearer->parameter("service"))};
    BH_CHECK(buy_token());
    return authorization_;
  }
  if (!is_basic) {
    return fail(Code::unsupported,
                "registry: it wants a login of a kind other than basic and "
                "bearer");
  }
  if (!credential() || !credential_->has_password()) {
    return fail(Code::io,
                "registry: it wants a username and password (--username with "
                "--password-stdin, or `docker login`)");
  }
  const std::string authorization = basic(*credential_);
  if (authorization == used) {
    return fail(Code::io,
                fmt::format("registry: the password of {} is refused", credential_->source));
  }
  return authorization_ = authorization;
}

/// A token server is told passwords: its address, which a registry chose, must be safe to tell.
Result<void> Authorizer::check_realm(std::string_view realm) const {
  const bool is_clean = realm.size() <= kMostRealmBytes && !realm.contains('\\') &&
                        std::ranges::all_of(realm, [](char c) { return c > ' ' && c < '\x7f'; });
  const std::string_view host = host_of_url(realm);
  // No user stands in the address: "http://127.0.0.1@elsewhere" is easily misread.
  const bool has_user =
      realm.substr(0, realm.find_first_of("/?#", realm.find("://") + 3)).contains('@');
  if (!is_clean || host.empty() || has_user) {
    return fail(Code::malformed, "registry: the address of its token server is none");
  }
  const std::string scheme = to_lower(realm.substr(0, realm.find("://")));
  if (scheme == "https") return {};
  const bool is_local = setup_.is_loopback && is_loopback(host);
  if (scheme == "http" && (setup_.may_use_http || is_local)) return {};
  return fail(Code::io, fmt::format("registry: its token server {} is not reached by https, and "
                                    "nothing is told to it without --insecure",
                                    host));
}

/// @pre mutex_ is held, credential() was called, server_ is set
net::HttpRequest Authorizer::token_request() {
  net::HttpRequest request;
  request.headers.push_back({"Accept", "application/json"});
  const std::string scope = percent_encode(setup_.scope);
  const std::string service = percent_encode(server_->service);
  if (credential_ && !credential_->identity_token.empty()) {
    request.method = "POST";
    request.url = server_->realm;
    request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    request.body = fmt::format(
        "grant_type=refresh_token&client_id=bulkhead&service={}&scope={}&refresh_token={}", service,
        scope, percent_encode(credential_->identity_token));
    return request;
  }
  const char separator = server_->realm.contains('?') ? '&' : '?';
  request.url = fmt::format("{}{}scope={}", server_->realm, separator, scope);
  if (!service.empty()) request.url += "&service=" + service;
  if (credential_ && credential_->has_password()) request.authorization = basic(*credential_);
  return request;
}

/// @pre mutex_ is held, server_ is set
Result<void> Authorizer::buy_token() {
  credential();
  const auto answer = client_->fetch(token_request(), kMostAnswerBytes);
  const std::string_view host = host_of_url(server_->realm);
  if (!answer) {
    Error error = answer.error();
    error.what = fmt::format("registry: its token server {}: {}", host, error.what);
    return std::unexpected(std::move(error));
  }
  const int status = answer->head.status;
  if (status == 200) return read_token(answer->body);
  const bool is_refused = status == 400 || status == 401 || status == 403;
  if (is_refused && credential_) {
    return fail(Code::io,
                fmt::format("registry: its token server {} refuses the login of {} ({})", host,
                            credential_->source, registry_words(status, answer->body)));
  }
  return fail(Code::io, fmt::format("registry: its token server {} gives no token ({})", host,
                                    registry_words(status, answer->body)));
}

/// @pre mutex_ is held
Result<void> Authorizer::read_token(std::string_view body) {
  format::JsonDocument document;
  const auto root = document.parse(body);
  if (!root) return fail(Code::malformed, "registry: its token server's answer is no JSON");
  std::string_view token = (*root)["token"].text_or("");
  if (token.empty()) token = (*root)["access_token"].text_or("");
  if (!is_token(token)) {
    return fail(Code::malformed, "registry: its token server's answer has no token");
  }
  authorization_ = fmt::format("Bearer {}", token);
  std::int64_t life_s = (*root)["expires_in"].integer().value_or(kDefaultLifeS);
  if (life_s <= 0) life_s = kDefaultLifeS;
  const seconds life(std::min(life_s, kMostLifeS));
  renew_at_ = setup_.clock() + life - std::min(kMostMargin, life / 4);
  return {};
}

std::string Authorizer::redact(std::string text) const {
  const std::lock_guard lock(mutex_);
  replace_all(text, std::string_view(authorization_).substr(authorization_.find(' ') + 1));
  if (credential_) {
    replace_all(text, credential_->password);
    replace_all(text, credential_->identity_token);
    replace_all(text, credential_->registry_token);
  }
  return text;
}

std::string Authorizer::source() const {
  const std::lock_guard lock(mutex_);
  return credential_ ? credential_->source : std::string();
}

}  // namespace bulkhead::remote
