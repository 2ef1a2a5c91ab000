// Conan's lock files.
#include <cstddef>
#include <cstdint>

#include "bulkhead/catalog/conan/conan.h"
#include "library_lists.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bulkhead::fuzz::check_list(data, size, bulkhead::catalog::conan::open,
                             bulkhead::catalog::conan::join);
  return 0;
}
