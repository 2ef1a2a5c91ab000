// Gemspecs and Bundler's lock files.
#include <cstddef>
#include <cstdint>

#include "bulkhead/catalog/ruby/ruby.h"
#include "library_lists.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bulkhead::fuzz::check_list(data, size, bulkhead::catalog::ruby::open,
                             bulkhead::catalog::ruby::join);
  return 0;
}
