// Lists of wanted Python libraries; the first byte says which kind of file it is.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <span>
#include <string_view>

#include "bulkhead/catalog/python/python.h"

namespace {

constexpr std::string_view kPaths[] = {
    "requirements.txt",
    "Pipfile.lock",
    "uv.lock",
    "_vendor/vendor.txt",
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bulkhead;
  if (size == 0) return 0;
  const ByteView bytes = std::as_bytes(std::span(data, size)).subspan(1);
  const std::string_view path = kPaths[data[0] % std::size(kPaths)];
  RunContext run = quiet_context();
  run.limits.packages = 5;  // small, so that the fuzzer reaches it
  Notes notes(100);
  const ReadContext context{run, notes};
  const auto reader = catalog::python::open({path, 0644, bytes.size()}, context);
  if (!reader->data(bytes)) abort();  // far below the limit
  const auto facts = reader->end();
  if (!facts) abort();  // a broken file is an oddity
  Inventory inventory;
  const JoinFile file{path, 0, facts->get()};
  catalog::python::join({&file, 1}, inventory, notes);
  if (inventory.packages.size() > run.limits.packages) abort();
  for (const Package& package : inventory.packages) {
    if (package.name.empty() || package.version.empty() || package.purl.empty()) abort();
  }
  return 0;
}
