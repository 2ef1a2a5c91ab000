// Lines of ids with dates.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/policy/ignore.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = bulkhead::policy::parse_trivyignore(
      bulkhead::as_text(std::as_bytes(std::span(data, size))), "f");
  if (!file) return 0;
  for (const auto& entry : file->entries) {
    if (entry.ids.size() != 1 || entry.ids.front().empty()) std::abort();
    if (entry.has_end() != (entry.until().size() == 10)) std::abort();
  }
  return 0;
}
