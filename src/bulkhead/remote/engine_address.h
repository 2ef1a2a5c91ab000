#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/remote/remote.h"

namespace bulkhead::remote {

/// What finding an engine depends on: the process' own, or a test's.
struct EngineSurroundings {
  std::function<std::string(const char* name)> environment;  // "" where it is not set
  unsigned user_id = 0;
};
EngineSurroundings own_surroundings();

/// How an engine is reached.
struct EngineAddress {
  std::string name;         // for people: the path of the socket, or "tcp://host:port"
  std::string unix_socket;  // empty: over the network
  std::string url;          // "http://docker", "https://host:2376"; without a "/" at the end
  std::string ca_file;      // PEM; the files exist
  std::string client_certificate;
  std::string client_key;
};

/// Where the engine's own tool would look for it:
///   docker  DOCKER_HOST; DOCKER_CONTEXT or `currentContext` of config.json, whose address is in
///           contexts/meta/SHA-256 OF THE NAME/meta.json; then the usual places
///   podman  CONTAINER_HOST; then the usual places
/// @see docker/cli, cli/command/cli.go (resolveContextName) and cli/context/store
/// @error not_found    There is none.
/// @error unsupported  The address is none of unix:// and tcp:// (ssh://, say).
/// @error malformed    The context's file or the address is damaged.
Result<EngineAddress> find_address(Engine engine, const EngineSurroundings& surroundings);

/// The usual places of the engine's socket, those without root first.
std::vector<std::string> usual_sockets(Engine engine, const EngineSurroundings& surroundings);

/// "docker" or "podman".
std::string_view engine_name(Engine engine);

}  // namespace bulkhead::remote
