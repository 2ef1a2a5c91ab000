// Any text as a go.mod and as a go.sum.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/catalog/golang/module_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace golang = bulkhead::catalog::golang;
  const std::string_view text = bulkhead::as_text(std::as_bytes(std::span(data, size)));
  bulkhead::Notes notes(100);
  for (const golang::Requirement& found : golang::read_go_mod(text, notes)) {
    if (found.path.empty() || found.version.empty()) std::abort();
  }
  for (const golang::Requirement& found : golang::read_go_sum(text, notes)) {
    if (found.path.empty() || found.version.empty()) std::abort();
  }
  return 0;
}
