#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/remote/credentials.h"

namespace bulkhead::remote {

/// What a certs.d folder has for one registry; empty fields: nothing.
struct HostCertificates {
  std::string ca_folder = {};  // holds *.crt
  std::string client_certificate = {};
  std::string client_key = {};
};

/// The folders that hold one folder a registry: the user's, then the system's.
std::vector<std::string> certificate_roots(const Environment& environment);

/// Looks into ROOT/HOST of each root; the first one that there is counts, as a whole.
/// @param host  "host" or "host:port" as it stands in image names.
/// @error malformed  A NAME.cert without its NAME.key.
/// @see containers-certs.d(5); Docker, "Verify repository client with certificates".
Result<HostCertificates> find_certificates(const std::string& host,
                                           const std::vector<std::string>& roots);

}  // namespace bulkhead::remote
