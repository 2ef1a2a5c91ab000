// Names of images: what is taken must be complete, and stay what it is when read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/remote/reference.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using bulkhead::remote::parse_reference;
  const auto text = bulkhead::as_text(std::as_bytes(std::span(data, size)));
  (void)bulkhead::remote::host_of_url(text);
  (void)bulkhead::remote::is_loopback(text);
  const auto reference = parse_reference(text);
  if (!reference) return 0;
  const auto again = parse_reference(reference->str());
  if (!again || again->str() != reference->str() || reference->version().empty()) std::abort();
  // It becomes a part of addresses and of a path.
  for (const char c : reference->str()) {
    if (c <= ' ' || c >= '\x7f' || c == '?' || c == '#' || c == '%' || c == '\\') std::abort();
  }
  if (reference->registry.contains("..") || reference->registry.contains('/')) std::abort();
  return 0;
}
