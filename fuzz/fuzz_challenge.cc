// Values of WWW-Authenticate headers.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/remote/challenge.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto header = bulkhead::as_text(std::as_bytes(std::span(data, size)));
  std::size_t bytes = 0;
  for (const auto& challenge : bulkhead::remote::parse_challenges(header)) {
    bytes += challenge.scheme.size();
    if (challenge.scheme.empty()) std::abort();
    for (const auto& [name, value] : challenge.parameters) bytes += name.size() + value.size();
  }
  if (bytes > size) std::abort();  // nothing is read twice
  return 0;
}
