// Trivy's YAML of ignore entries.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/policy/ignore.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = bulkhead::policy::parse_trivyignore_yaml(
      bulkhead::as_text(std::as_bytes(std::span(data, size))), "f");
  if (!file) return 0;
  for (const auto& entry : file->entries) {
    if (entry.ids.empty() || !entry.is_for_vulnerabilities) std::abort();
    for (const auto& path : entry.paths) (void)path.matches("var/lib/dpkg/status.d/base-files");
  }
  return 0;
}
