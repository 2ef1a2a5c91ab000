#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/base/run_context.h"
#include "bulkhead/image/open.h"
#include "bulkhead/io/stream.h"
#include "bulkhead/model/note.h"

namespace bulkhead::remote {

/// How registries and engines are reached: what the options say.
struct RemoteOptions {
  std::string username = {};  // --username; empty: from the credential files and helpers
  std::string password = {};  // from standard input (--password-stdin) or the environment
  bool is_insecure = false;   // --insecure: http, and certificates that nobody vouches for
  bool is_offline = false;    // --offline: every registry is refused
  std::string ca_file = {};   // --ca-file
  std::string client_certificate = {};
  std::string client_key = {};
  std::uint64_t stall_timeout_ms = 30'000;  // --network-timeout: no byte for so long
};

/// An image in a registry as a target whose layers are read while they arrive: no byte of them is
/// stored. Credentials as docs/registries.md says.
///
/// @param reference  As Docker reads it: "nginx", "host:5000/team/app:1.2", "app@sha256:...".
/// @error not_found, unsupported, malformed, io, limit_exceeded  It cannot be had; the message
///        says what the registry said.
Result<image::OpenTarget> open_registry(const std::string& reference,
                                        const image::TargetRequest& request,
                                        const RemoteOptions& options, const RunContext& context,
                                        Notes& notes);

/// An engine with a Docker-compatible API on a socket of this machine.
enum class Engine { docker, podman };

/// The socket of an engine (or its "tcp://..."), or "" where there is none that can be asked:
/// DOCKER_HOST and the current context of the Docker configuration, CONTAINER_HOST for podman, then
/// the usual places, rootless ones first.
std::string find_engine(Engine engine);

/// Asks an engine for an image, as `docker save` gives it: a stream of an image archive.
///
/// @param reference  A name, a name with tag, an image id (or the start of one).
/// @error not_found    The engine has no such image, or there is no engine.
/// @error io           No permission for its socket, no answer, or what the engine says.
/// @error unsupported  Its address is an ssh://, which only its own tool can reach.
Result<std::unique_ptr<io::Stream>> save_image(Engine engine, const std::string& reference,
                                               const RunContext& context);

}  // namespace bulkhead::remote
