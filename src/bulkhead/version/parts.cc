#include "bulkhead/version/parts.h"

#include <fmt/format.h>

namespace bulkhead::version {

std::unexpected<Error> refuse(std::string_view format, std::string_view version,
                              std::string_view why, std::size_t offset) {
  constexpr std::size_t kMaxShownBytes = 80;
  return fail(Code::malformed,
              fmt::format("{} version '{}{}': {}", format, version.substr(0, kMaxShownBytes),
                          version.size() > kMaxShownBytes ? "..." : "", why),
              offset);
}

}  // namespace bulkhead::version
