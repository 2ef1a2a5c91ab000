// What Composer, PEAR and WordPress leave.
#include <cstddef>
#include <cstdint>

#include "bulkhead/catalog/php/php.h"
#include "library_lists.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bulkhead::fuzz::check_list(data, size, bulkhead::catalog::php::open,
                             bulkhead::catalog::php::join);
  return 0;
}
