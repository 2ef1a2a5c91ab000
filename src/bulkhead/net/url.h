#pragma once

#include <string>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::net {

/// An http or https URL, taken apart as curl does it.
struct Url {
  std::string text;    // as it was given; relative ones are resolved
  std::string scheme;  // lower case
  std::string host;    // lower case; IPv6 in brackets
  std::string port;    // the scheme's own where none was named
  std::string path;    // begins with "/"

  bool is_same_origin(const Url& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
  bool is_loopback() const;
};

/// Does `text` begin as a URL of a scheme that parse_url takes?
bool is_url(std::string_view text);

/// @error malformed    No URL, or with control characters.
/// @error unsupported  Another scheme than http and https.
Result<Url> parse_url(const std::string& text);

/// Where `location` leads that was found in an answer from `base` (RFC 3986, section 5). What a
/// `Location` should have percent-encoded (spaces, UTF-8) is.
Result<Url> resolve_url(const Url& base, const std::string& location);

/// `text` for messages: without user and password, with "?..." for a query (signed URLs keep their
/// secrets there), fit for a terminal.
std::string display_url(std::string_view text);

}  // namespace bulkhead::net
