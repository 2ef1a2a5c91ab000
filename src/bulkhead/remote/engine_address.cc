#include "bulkhead/remote/engine_address.h"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"
#include "bulkhead/io/hash.h"
#include "bulkhead/io/source.h"

namespace bulkhead::remote {
namespace {

// config.json and meta.json hold a few lines each.
constexpr std::uint64_t kMostConfigBytes = 1 << 20;

/// An address as a user or a context gives it, and where the keys for it lie.
struct Named {
  std::string text;
  std::string source;      // "DOCKER_HOST", "the context dind": for messages
  std::string tls_folder;  // ca.pem, cert.pem and key.pem; empty: no TLS
};

bool is_socket(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

bool is_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

std::unexpected<Error> refuse(Code code, Engine engine, std::string_view what) {
  return fail(code, fmt::format("{}: {}", engine_name(engine), to_terminal(what)));
}

Result<std::string> read_small(const std::string& path) {
  BH_TRY(const auto source, io::open_file(path));
  return io::read_all(*source, kMostConfigBytes);
}

std::string docker_folder(const EngineSurroundings& surroundings) {
  const std::string named = surroundings.environment("DOCKER_CONFIG");
  return named.empty() ? surroundings.environment("HOME") + "/.docker" : named;
}

/// DOCKER_CONTEXT, or what `docker context use` has chosen; empty: none. A configuration that
/// cannot be read chooses nothing, as for docker itself.
std::string chosen_context(const EngineSurroundings& surroundings) {
  std::string name = surroundings.environment("DOCKER_CONTEXT");
  if (name.empty()) {
    const auto text = read_small(docker_folder(surroundings) + "/config.json");
    format::JsonDocument document;
    if (text) {
      if (const auto root = document.parse(*text)) name = (*root)["currentContext"].text_or("");
    }
  }
  return name == "default" ? "" : name;
}

Result<Named> read_context(const std::string& name, const EngineSurroundings& surroundings) {
  BH_TRY(auto hasher, io::Hasher::create("sha256"));
  hasher.update(as_bytes(name));
  const std::string id = hasher.finish_hex();
  const std::string contexts = docker_folder(surroundings) + "/contexts";
  const std::string path = fmt::format("{}/meta/{}/meta.json", contexts, id);
  const auto text = read_small(path);
  if (!text) {
    return std::unexpected(Error{
        text.error().code,
        fmt::format("docker: there is no context {}: {}", to_terminal(name), text.error().what),
        path});
  }
  format::JsonDocument document;
  const auto root = document.parse(*text);
  const std::string_view host =
      root ? (*root)["Endpoints"]["docker"]["Host"].text_or("") : std::string_view();
  if (host.empty()) {
    return std::unexpected(
        Error{Code::malformed,
              fmt::format("docker: the context {} has no address", to_terminal(name)), path});
  }
  Named named{std::string(host), fmt::format("the context {}", name), {}};
  const std::string keys = fmt::format("{}/tls/{}/docker", contexts, id);
  if (is_file(keys + "/ca.pem") || is_file(keys + "/cert.pem")) named.tls_folder = keys;
  return named;
}

/// What the user has said, if anything.
Result<std::optional<Named>> named_address(Engine engine, const EngineSurroundings& surroundings) {
  const char* const variable = engine == Engine::docker ? "DOCKER_HOST" : "CONTAINER_HOST";
  if (std::string text = surroundings.environment(variable); !text.empty()) {
    Named named{std::move(text), variable, {}};
    if (engine == Engine::docker && !surroundings.environment("DOCKER_TLS_VERIFY").empty()) {
      named.tls_folder = surroundings.environment("DOCKER_CERT_PATH");
      if (named.tls_folder.empty()) named.tls_folder = docker_folder(surroundings);
    }
    return named;
  }
  if (engine == Engine::podman) return std::nullopt;
  const std::string context = chosen_context(surroundings);
  if (context.empty()) return std::nullopt;
  BH_TRY(Named named, read_context(context, surroundings));
  return named;
}

EngineAddress socket_address(std::string path) {
  EngineAddress address;
  address.name = path;
  address.unix_socket = std::move(path);
  address.url = "http://engine";  // the name is for the Host header alone
  return address;
}

Result<EngineAddress> network_address(std::string_view host, const Named& named, Engine engine) {
  while (host.ends_with('/')) host.remove_suffix(1);
  if (host.empty() || host.find_first_of("/?#@ ") != std::string_view::npos) {
    return refuse(Code::malformed, engine,
                  fmt::format("{} says {}, which is no host and port", named.source, named.text));
  }
  EngineAddress address;
  address.name = named.text;
  address.url = fmt::format("{}://{}", named.tls_folder.empty() ? "http" : "https", host);
  if (named.tls_folder.empty()) return address;
  const auto existing = [&](const char* file) {
    const std::string path = named.tls_folder + "/" + file;
    return is_file(path) ? path : std::string();
  };
  address.ca_file = existing("ca.pem");
  address.client_certificate = existing("cert.pem");
  if (!address.client_certificate.empty()) address.client_key = existing("key.pem");
  return address;
}

Result<EngineAddress> parse_address(const Named& named, Engine engine) {
  const std::string_view text = named.text;
  if (text.starts_with("unix://")) {
    std::string path(text.substr(7));
    if (!path.starts_with('/')) path.insert(0, "/");
    if (is_socket(path)) return socket_address(std::move(path));
    return std::unexpected(Error{Code::not_found,
                                 fmt::format("{}: there is no socket here, as {} says",
                                             engine_name(engine), to_terminal(named.source)),
                                 path});
  }
  if (text.starts_with("tcp://")) return network_address(text.substr(6), named, engine);
  return refuse(
      Code::unsupported, engine,
      fmt::format("{} says {}; only unix:// and tcp:// can be asked here ({} save IMAGE | "
                  "bulkhead scan - reads from any)",
                  named.source, named.text, engine_name(engine)));
}

}  // namespace

std::string_view engine_name(Engine engine) {
  return engine == Engine::docker ? "docker" : "podman";
}

EngineSurroundings own_surroundings() {
  return {[](const char* name) -> std::string {
            const char* value = std::getenv(name);
            return value == nullptr ? "" : value;
          },
          ::geteuid()};
}

std::vector<std::string> usual_sockets(Engine engine, const EngineSurroundings& surroundings) {
  std::string run = surroundings.environment("XDG_RUNTIME_DIR");
  if (run.empty()) run = fmt::format("/run/user/{}", surroundings.user_id);
  if (engine == Engine::podman) return {run + "/podman/podman.sock", "/run/podman/podman.sock"};
  std::vector<std::string> sockets = {run + "/docker.sock"};
  const std::string home = surroundings.environment("HOME");
  if (!home.empty()) sockets.push_back(home + "/.docker/run/docker.sock");
  sockets.emplace_back("/var/run/docker.sock");
  return sockets;
}

Result<EngineAddress> find_address(Engine engine, const EngineSurroundings& surroundings) {
  BH_TRY(const auto named, named_address(engine, surroundings));
  if (named) return parse_address(*named, engine);
  std::string tried;
  for (std::string& path : usual_sockets(engine, surroundings)) {
    if (is_socket(path)) return socket_address(std::move(path));
    tried += (tried.empty() ? "" : ", ") + path;
  }
  return refuse(Code::not_found, engine, fmt::format("there is no engine's socket at {}", tried));
}

}  // namespace bulkhead::remote
