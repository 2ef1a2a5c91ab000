#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/remote/reference.h"
#include "bulkhead/remote/remote.h"

namespace bulkhead::remote {

/// What says who asks. Its fields never stand in an error, a log or a note, but for `source`.
struct Credential {
  std::string username = {};
  std::string password = {};
  std::string identity_token = {};  // a refresh token: buys access tokens from the token server
  std::string registry_token = {};  // an access token as it is
  std::string source = {};          // for messages: "--username", a file, a helper

  bool has_password() const { return !username.empty() && !password.empty(); }
  bool is_empty() const {
    return !has_password() && identity_token.empty() && registry_token.empty();
  }
};

/// Variables of the environment; "" for one that is not set.
using Environment = std::function<std::string(const char* name)>;
std::string process_environment(const char* name);

/// What one credential file says about a repository.
struct AuthFileAnswer {
  std::string helper;  // the credential helper to ask first; empty: none
  std::optional<Credential> credential;
};

/// Looks a repository up in a Docker config.json or a containers' auth.json.
///
/// Of several keys of `auths` the longest that is the name or a start of it counts; a key is
/// "host", "host/path", "https://host" or "https://host/v1/", and Docker Hub has several names.
/// @error malformed  It is no JSON object, or the entry's `auth` is not base64 of USER:PASSWORD.
/// @see docker/cli, config.json; containers/image, containers-auth.json(5).
Result<AuthFileAnswer> find_in_auth_file(std::string_view text, const Reference& reference);

/// Asks a helper: docker-credential-NAME, for `server`.
/// @return  Nothing where it has none.
using HelperCall = std::function<Result<std::optional<Credential>>(const std::string& name,
                                                                   const std::string& server)>;

/// The credential for a repository, by the order of docs/registries.md; nothing: ask anonymously.
/// What goes wrong with a file or helper is a warning in the log, since most images need none.
std::optional<Credential> find_credential(const Reference& reference, const RemoteOptions& options,
                                          const Environment& environment, const HelperCall& helper,
                                          const RunContext& context);

}  // namespace bulkhead::remote
