// Bottlerocket's inventory: each package that comes out has a name and a version.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/catalog/bottlerocket/bottlerocket.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  constexpr std::string_view kPath = "usr/share/bottlerocket/application-inventory.json";
  RunContext run = quiet_context();
  run.limits.packages = 5;  // small, so that the fuzzer reaches it
  Notes notes(100);
  const ReadContext context{run, notes};
  const auto reader = catalog::bottlerocket::open({kPath, 0644, size}, context);
  if (!reader->data(std::as_bytes(std::span(data, size)))) abort();  // far below the limit
  const auto facts = reader->end();
  if (!facts) return 0;
  Inventory inventory;
  const JoinFile file{kPath, 0, facts->get()};
  catalog::bottlerocket::join({&file, 1}, inventory, notes);
  for (const Package& package : inventory.packages) {
    if (package.name.empty() || !package.version.contains('-')) abort();
  }
  return 0;
}
