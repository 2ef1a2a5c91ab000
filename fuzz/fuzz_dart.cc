// Dart's lock files.
#include <cstddef>
#include <cstdint>

#include "bulkhead/catalog/dart/dart.h"
#include "library_lists.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bulkhead::fuzz::check_list(data, size, bulkhead::catalog::dart::open,
                             bulkhead::catalog::dart::join);
  return 0;
}
