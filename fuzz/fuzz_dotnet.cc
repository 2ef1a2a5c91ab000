// deps.json and what .NET projects declare.
#include <cstddef>
#include <cstdint>

#include "bulkhead/catalog/dotnet/dotnet.h"
#include "library_lists.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bulkhead::fuzz::check_list(data, size, bulkhead::catalog::dotnet::open,
                             bulkhead::catalog::dotnet::join);
  return 0;
}
