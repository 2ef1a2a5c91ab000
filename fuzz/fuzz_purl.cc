// Package URLs.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/model/purl.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto purl = bulkhead::parse_purl(bulkhead::as_text(std::as_bytes(std::span(data, size))));
  if (purl && (purl->type.empty() || purl->name.empty())) std::abort();
  return 0;
}
