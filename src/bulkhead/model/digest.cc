#include "bulkhead/model/digest.h"

#include <algorithm>

#include <fmt/format.h>

namespace bulkhead {

Result<Digest> parse_digest(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return fail(Code::malformed, fmt::format("digest: no colon in '{}'", text.substr(0, 100)));
  }
  const std::string_view algorithm = text.substr(0, colon);
  const std::string_view hex = text.substr(colon + 1);
  const std::size_t length = algorithm == "sha256" ? 64 : algorithm == "sha512" ? 128 : 0;
  if (length == 0) {
    return fail(Code::unsupported,
                fmt::format("digest: algorithm '{}' (sha256 and sha512 are known)",
                            algorithm.substr(0, 32)));
  }
  const bool is_hex = std::ranges::all_of(
      hex, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (hex.size() != length || !is_hex) {
    return fail(Code::malformed, fmt::format("digest: '{}' is not {} lower-case hexadecimal digits",
                                             hex.substr(0, 130), length));
  }
  return Digest{std::string(algorithm), std::string(hex)};
}

}  // namespace bulkhead
