// One header of an rpm database: whatever its index says, names are words and paths are bounded.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/catalog/record_reader.h"
#include "bulkhead/catalog/rpm/header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  constexpr std::uint64_t kMostPathBytes = 300;
  catalog::rpm::Faults faults;
  const auto record =
      catalog::rpm::read_header(std::as_bytes(std::span(data, size)), kMostPathBytes, faults);
  if (!record) return 0;
  if (!catalog::is_word(record->name) || !catalog::is_word(record->version)) abort();
  if (record->files.packed.size() > kMostPathBytes) abort();
  if (record->text_bytes() > 9 * size) abort();
  return 0;
}
