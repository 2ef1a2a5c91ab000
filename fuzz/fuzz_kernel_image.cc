// A kernel's image in two chunkings: the same version must come out.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "bulkhead/catalog/kernel/kernel.h"

namespace {

using namespace bulkhead;

std::string read(ByteView bytes, std::size_t chunk) {
  RunContext run = quiet_context();
  run.limits.decoded_bytes = 1 << 20;
  Notes notes(100);
  const ReadContext context{run, notes};
  constexpr std::string_view kPath = "boot/vmlinuz";
  const auto reader = catalog::kernel::open({kPath, 0644, bytes.size()}, context);
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    if (!reader->data(bytes.subspan(at, std::min(chunk, bytes.size() - at)))) abort();
  }
  const auto facts = reader->end();
  if (!facts) abort();
  Inventory inventory;
  const JoinFile file{kPath, 0, facts->get()};
  catalog::kernel::join({&file, 1}, inventory, notes);
  return inventory.packages.empty() ? std::string() : inventory.packages[0].purl;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes = std::as_bytes(std::span(data, size));
  if (read(bytes, size + 1) != read(bytes, 5)) abort();
  return 0;
}
