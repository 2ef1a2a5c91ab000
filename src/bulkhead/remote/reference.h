#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/model/digest.h"

namespace bulkhead::remote {

/// An image in a registry, completed as Docker completes names.
struct Reference {
  std::string registry;    // as names have it: "docker.io", "host:5000", "[::1]:5000"
  std::string repository;  // "library/nginx"
  std::string tag;         // empty only where there is a digest
  std::optional<Digest> digest;

  /// The host (and port) that is connected to: docker.io's registry has another name.
  std::string host() const;
  /// "docker.io/library/nginx"
  std::string name() const { return registry + "/" + repository; }
  /// What its manifest is asked by: the digest, where there is one, else the tag.
  std::string version() const { return digest ? digest->str() : tag; }
  /// "docker.io/library/nginx:1.25@sha256:..."
  std::string str() const;
};

/// Reads "nginx", "team/app:1.2", "host:5000/team/app@sha256:...", "localhost/app".
/// @error malformed, unsupported  It is no reference; the message says which part of it.
/// @see distribution/reference, "reference.go" (grammar) and "normalize.go" (what is completed).
Result<Reference> parse_reference(std::string_view text);

/// Is "host" or "host:port" this machine itself (localhost, 127.0.0.0/8, [::1])?
bool is_loopback(std::string_view host_and_port);

/// The host of "https://host:port/path", with its port; empty where it has none.
std::string_view host_of_url(std::string_view url);

}  // namespace bulkhead::remote
