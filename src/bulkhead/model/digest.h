#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead {

/// `algorithm:hex` of a blob as stored (or, where a name says diff ID, of the uncompressed tar).
struct Digest {
  std::string algorithm;  // "sha256" or "sha512"
  std::string hex;        // lower case, of the algorithm's length

  std::string str() const { return algorithm + ":" + hex; }
  bool operator==(const Digest&) const = default;
  auto operator<=>(const Digest&) const = default;
};

/// @error malformed    Not `algorithm:hex`, or hex of a wrong length or upper case.
/// @error unsupported  An algorithm other than sha256 and sha512.
/// @see OCI image specification 1.1, descriptor.md, "Digests".
Result<Digest> parse_digest(std::string_view text);

}  // namespace bulkhead
