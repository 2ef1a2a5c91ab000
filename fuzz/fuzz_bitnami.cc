// Bitnami's list of components (first byte even) and its SPDX documents (odd).
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/catalog/bitnami/bitnami.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  if (size == 0) return 0;
  const ByteView bytes = std::as_bytes(std::span(data, size)).subspan(1);
  const std::string_view path =
      data[0] % 2 == 0 ? "opt/bitnami/.bitnami_components.json" : "opt/bitnami/a/.spdx-a.spdx";
  RunContext run = quiet_context();
  run.limits.packages = 5;  // small, so that the fuzzer reaches them
  run.limits.owned_path_bytes = 20;
  Notes notes(100);
  const ReadContext context{run, notes};
  const auto reader = catalog::bitnami::open({path, 0644, bytes.size()}, context);
  if (!reader->data(bytes)) abort();  // far below the limit
  const auto facts = reader->end();
  if (!facts) return 0;
  Inventory inventory;
  const JoinFile file{path, 0, facts->get()};
  catalog::bitnami::join({&file, 1}, inventory, notes);
  for (const Package& package : inventory.packages) {
    if (package.name.empty() || package.version.empty()) abort();
    package.files.for_each([](std::string_view owned) {
      if (!owned.starts_with("opt/bitnami/a/")) abort();
    });
  }
  return 0;
}
