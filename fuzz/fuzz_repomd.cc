// The index of a package repository.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/format/repomd.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read =
      bulkhead::format::parse_repomd(bulkhead::as_text(std::as_bytes(std::span(data, size))));
  if (!read) return 0;
  for (const auto& entry : read->entries) {
    if (entry.type.empty() || entry.href.empty()) std::abort();
    if (entry.href.front() == '/' || ("/" + entry.href + "/").contains("/../")) std::abort();
  }
  return 0;
}
