// Any text as a Cargo.lock.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/catalog/rust/rust.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  const RunContext run = quiet_context();
  Notes notes(100);
  const ReadContext context{run, notes};
  constexpr std::string_view kPath = "srv/Cargo.lock";
  const auto reader = catalog::rust::open({kPath, 0644, size}, context);
  if (!reader->data(std::as_bytes(std::span(data, size)))) std::abort();
  const auto facts = reader->end();
  if (!facts) std::abort();
  Inventory inventory;
  const JoinFile file{kPath, 0, facts->get()};
  catalog::rust::join({&file, 1}, inventory, notes);
  return 0;
}
