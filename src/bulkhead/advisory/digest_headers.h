#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/error.h"
#include "bulkhead/net/http.h"

namespace bulkhead::advisory {

/// The digest of the file at `path`, lower-case hexadecimal.
/// @param algorithm  "sha256" or "sha512".
/// @error unsupported  Another algorithm; not_found, io.
Result<std::string> digest_of_file(const std::string& path, std::string_view algorithm);

/// What a server says of the digest of a whole file: `Repr-Digest` (RFC 9530) or, before that,
/// `Digest` (RFC 3230), by SHA-256 or SHA-512. Others, and headers that make no sense, say nothing.
struct DigestHeaders {
  std::string algorithm = {};  // "sha256", "sha512"; empty: nothing was said
  std::string base64 = {};

  static DigestHeaders of(const net::HttpHead& head);
  /// @error malformed  The file at `path` has another digest; io.
  Result<void> check(const std::string& path) const;
};

}  // namespace bulkhead::advisory
