// The input is a byte that picks the scheme, one version up to the first newline, and another.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "bulkhead/base/bytes.h"
#include "bulkhead/version/scheme.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto schemes = bulkhead::version::schemes();
  const auto& scheme = schemes[data[0] % schemes.size()];
  const std::string_view text = bulkhead::as_text(std::as_bytes(std::span(data + 1, size - 1)));
  const std::size_t end = text.find('\n');
  const std::string_view a = text.substr(0, end);
  const std::string_view b = end == std::string_view::npos ? a : text.substr(end + 1);
  // Any bytes must compare and swap; a version that is equal to itself, too.
  if (scheme.compare(a, b) != (0 <=> scheme.compare(b, a))) std::abort();
  if (scheme.compare(a, a) != 0) std::abort();
  const auto checked = bulkhead::version::compare(scheme, a, b);
  if (checked && *checked != scheme.compare(a, b)) std::abort();
  return 0;
}
