// Lock files of Mix and Rebar.
#include <cstddef>
#include <cstdint>

#include "bulkhead/catalog/hex/hex.h"
#include "library_lists.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bulkhead::fuzz::check_list(data, size, bulkhead::catalog::hex::open,
                             bulkhead::catalog::hex::join);
  return 0;
}
