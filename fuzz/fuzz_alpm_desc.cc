// pacman's desc and files of a package: neither an empty name nor a path that is none comes out.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/catalog/alpm/alpm.h"
#include "bulkhead/catalog/alpm/local.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  const ByteView bytes = std::as_bytes(std::span(data, size));
  RunContext run = quiet_context();
  run.limits.memory_file_bytes = 500;  // small, so that the fuzzer reaches it
  Notes notes(100);
  const ReadContext context{run, notes};
  std::uint64_t bad_lines = 0;
  catalog::alpm::parse_files(as_text(bytes), bad_lines).for_each([](std::string_view path) {
    if (path.empty() || path.starts_with('/') || path.ends_with('/')) abort();
  });
  constexpr std::string_view kPath = "var/lib/pacman/local/a-1-1/desc";
  const auto reader = catalog::alpm::open({kPath, 0644, size}, context);
  if (!reader->data(bytes)) return 0;
  const auto facts = reader->end();
  if (!facts) return 0;
  if (*facts == nullptr && !notes.has_gap()) abort();
  Inventory inventory;
  const JoinFile file{kPath, 0, facts->get()};
  catalog::alpm::join({&file, 1}, inventory, notes);
  for (const Package& package : inventory.packages) {
    if (package.name.empty() || package.version.empty()) abort();
  }
  return 0;
}
