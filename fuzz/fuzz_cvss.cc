#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/model/cvss.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto cvss = bulkhead::parse_cvss(bulkhead::as_text(std::as_bytes(std::span(data, size))));
  if (cvss && !(cvss->score >= 0 && cvss->score <= 10)) std::abort();
  return 0;
}
