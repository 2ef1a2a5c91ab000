// JavaScript's lock files and manifests.
#include <cstddef>
#include <cstdint>

#include "bulkhead/catalog/npm/npm.h"
#include "library_lists.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bulkhead::fuzz::check_list(data, size, bulkhead::catalog::npm::open,
                             bulkhead::catalog::npm::join);
  return 0;
}
