// Any bytes as an executable, in two chunkings: the same parts must be found.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "bulkhead/catalog/executable/executable.h"

namespace {

using namespace bulkhead;

std::string read(ByteView bytes, std::size_t chunk) {
  const RunContext run = quiet_context();
  Notes notes(100);
  const ReadContext context{run, notes};
  constexpr std::string_view kPath = "bin/tool";
  const auto reader = catalog::executable::open({kPath, 0755, bytes.size()}, context);
  for (std::size_t at = 0; at < bytes.size(); at += chunk) {
    if (!reader->data(bytes.subspan(at, std::min(chunk, bytes.size() - at)))) std::abort();
  }
  const auto facts = reader->end();
  if (!facts) std::abort();
  Inventory inventory;
  const JoinFile file{kPath, 0, facts->get()};
  catalog::executable::join({&file, 1}, inventory, notes);
  std::string all;
  for (const Package& package : inventory.packages) all += package.purl + "\n";
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes = std::as_bytes(std::span(data, size));
  if (read(bytes, size + 1) != read(bytes, 7)) std::abort();
  return 0;
}
