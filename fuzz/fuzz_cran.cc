// R's descriptions.
#include <cstddef>
#include <cstdint>

#include "bulkhead/catalog/cran/cran.h"
#include "library_lists.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bulkhead::fuzz::check_list(data, size, bulkhead::catalog::cran::open,
                             bulkhead::catalog::cran::join);
  return 0;
}
