#include "bulkhead/remote/credentials.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"
#include "bulkhead/io/source.h"
#include "bulkhead/net/url.h"

namespace bulkhead::remote {
namespace {

using format::JsonValue;

constexpr std::uint64_t kMostFileBytes = 4 << 20;

/// RFC 4648, padding optional; nothing where another byte stands in it.
std::optional<std::string> from_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    std::uint32_t value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<std::uint32_t>(c - 'a') + 26;
    } else if (c >= '0' && c <= '9') {
      value = static_cast<std::uint32_t>(c - '0') + 52;
    } else if (c == '+' || c == '-') {
      value = 62;
    } else if (c == '/' || c == '_') {
      value = 63;
    } else {
      return std::nullopt;
    }
    bits = (bits << 6 | value) & 0xFFFFFF;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>(bits >> count & 0xFF));
    }
  }
  return bytes;
}

/// "host/path" of any way in which a key is written.
std::string normal_key(std::string_view key) {
  const bool is_url = net::is_url(key);
  if (is_url) key.remove_prefix(key.find("://") + 3);
  while (key.ends_with('/')) key.remove_suffix(1);
  if (is_url && (key.ends_with("/v1") || key.ends_with("/v2"))) key.remove_suffix(3);
  const std::string_view host = key.substr(0, key.find('/'));
  if (is_default_registry(host)) {
    return std::string(kDefaultRegistry) + std::string(key.substr(host.size()));
  }
  return std::string(key);
}

/// Is `key` the name, or does it end in it at a "/"?
bool is_start_of(std::string_view key, std::string_view name) {
  return name.starts_with(key) && (name.size() == key.size() || name[key.size()] == '/');
}

/// The member of `object` whose key is the longest that the name begins with.
JsonValue longest_match(JsonValue object, std::string_view name) {
  JsonValue best;
  std::size_t best_size = 0;
  object.for_each_member([&](std::string_view key, JsonValue member) {
    const std::string normal = normal_key(key);
    // Of two keys that say the same the plain one counts ("host" over "https://host/v1/").
    const std::size_t size = 2 * normal.size() + (normal == key ? 1 : 0);
    if (normal.empty() || !is_start_of(normal, name) || size <= best_size) return;
    best = member;
    best_size = size;
  });
  return best;
}

Result<std::optional<Credential>> credential_of(JsonValue entry) {
  Credential credential;
  credential.username = entry["username"].text_or("");
  credential.password = entry["password"].text_or("");
  credential.identity_token = entry["identitytoken"].text_or("");
  credential.registry_token = entry["registrytoken"].text_or("");
  if (const std::string_view auth = entry["auth"].text_or(""); !auth.empty()) {
    const auto pair = from_base64(auth);
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos) {
      return fail(Code::malformed,
                  "credential file: an entry's auth is not base64 of "
                  "USER:PASSWORD");
    }
    credential.username = pair->substr(0, colon);
    credential.password = pair->substr(colon + 1);
    while (credential.password.ends_with('\0')) credential.password.pop_back();
  }
  if (credential.is_empty()) return std::nullopt;  // "{}": a helper keeps it
  return credential;
}

/// The files that may hold credentials, in the order that they are asked.
std::vector<std::string> credential_files(const Environment& environment) {
  if (std::string named = environment("REGISTRY_AUTH_FILE"); !named.empty()) return {named};
  std::vector<std::string> files;
  const std::string home = environment("HOME");
  if (const std::string runtime = environment("XDG_RUNTIME_DIR"); !runtime.empty()) {
    files.push_back(runtime + "/containers/auth.json");
  }
  if (const std::string config = environment("XDG_CONFIG_HOME"); !config.empty()) {
    files.push_back(config + "/containers/auth.json");
  } else if (!home.empty()) {
    files.push_back(home + "/.config/containers/auth.json");
  }
  if (const std::string docker = environment("DOCKER_CONFIG"); !docker.empty()) {
    files.push_back(docker + "/config.json");
  } else if (!home.empty()) {
    files.push_back(home + "/.docker/config.json");
  }
  return files;
}

class Finder {
 public:
  Finder(const Reference& reference, const HelperCall& helper, const RunContext& context)
      : reference_(reference), helper_(helper), context_(context) {}

  std::optional<Credential> in_file(const std::string& path, bool is_named) {
    auto file = io::open_file(path);
    if (!file) {
      if (is_named || file.error().code != Code::not_found) warn(path, file.error());
      return std::nullopt;
    }
    const auto text = io::read_all(**file, kMostFileBytes);
    if (!text) return warn(path, text.error());
    auto answer = find_in_auth_file(*text, reference_);
    if (!answer) return warn(path, answer.error());
    if (!answer->helper.empty()) {
      if (auto credential = by_helper(answer->helper)) return credential;
    }
    if (answer->credential) answer->credential->source = path;
    return std::move(answer->credential);
  }

 private:
  std::optional<Credential> by_helper(const std::string& name) {
    const std::string server =
        reference_.registry == kDefaultRegistry ? default_credential_key() : reference_.registry;
    const std::string program = "docker-credential-" + name;
    auto credential = helper_(name, server);
    if (!credential) return warn(program, credential.error());
    if (*credential) (*credential)->source = program;
    return *std::move(credential);
  }

  std::nullopt_t warn(std::string_view where, const Error& error) {
    context_.log->write(LogLevel::warning, fmt::format("going on without credentials of {}: {}",
                                                       where, describe(error)));
    return std::nullopt;
  }

  const Reference& reference_;
  const HelperCall& helper_;
  const RunContext& context_;
};

}  // namespace

std::string process_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

Result<AuthFileAnswer> find_in_auth_file(std::string_view text, const Reference& reference) {
  AuthFileAnswer answer;
  if (trim(text).empty()) return answer;  // as `touch` makes it
  format::JsonDocument document;
  auto root = document.parse(text);
  // The parser's own message may show a piece of the file.
  if (!root || !root->is_object()) return fail(Code::malformed, "credential file: it is no JSON");
  const std::string name = reference.name();
  answer.helper = longest_match((*root)["credHelpers"], name).text_or("");
  if (answer.helper.empty()) answer.helper = (*root)["credsStore"].text_or("");
  const JsonValue entry = longest_match((*root)["auths"], name);
  if (entry.is_object()) {
    BH_TRY(answer.credential, credential_of(entry));
  }
  return answer;
}

std::optional<Credential> find_credential(const Reference& reference, const RemoteOptions& options,
                                          const Environment& environment, const HelperCall& helper,
                                          const RunContext& context) {
  if (!options.username.empty()) {
    return Credential{
        .username = options.username, .password = options.password, .source = "--username"};
  }
  const bool is_named = !environment("REGISTRY_AUTH_FILE").empty();
  Finder finder(reference, helper, context);
  for (const std::string& path : credential_files(environment)) {
    if (auto credential = finder.in_file(path, is_named)) return credential;
  }
  return std::nullopt;
}

}  // namespace bulkhead::remote
