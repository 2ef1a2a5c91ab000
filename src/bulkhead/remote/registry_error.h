#pragma once

#include <string>
#include <string_view>

namespace bulkhead::remote {

/// What a registry said with an answer that is no success, for people: "404 MANIFEST_UNKNOWN:
/// manifest unknown", or the status alone where the body is not in the form of the specification.
/// At most about 300 bytes.
/// @see OCI distribution specification 1.1, "Error Codes".
std::string registry_words(int status, std::string_view body);

}  // namespace bulkhead::remote
