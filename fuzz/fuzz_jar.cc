// An archive of classes and those inside it, in memory and with nested ones in spools: the packages
// must be the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "bulkhead/catalog/java/jar.h"

namespace {

using namespace bulkhead;

std::vector<catalog::java::JarPackage> read(std::string bytes, std::uint64_t memory_bytes) {
  RunContext run = quiet_context();
  run.limits.random_memory_bytes = memory_bytes;
  run.limits.archive_bytes = 1 << 20;
  run.limits.archive_entries = 200;
  run.limits.archive_depth = 3;
  run.limits.memory_file_bytes = 16 << 10;
  Notes notes(100);
  auto packages =
      catalog::java::read_jar(io::memory_source(std::move(bytes)), "lib-1.0.jar", {run, notes});
  for (const catalog::java::JarPackage& p : packages) {
    if (p.what.artifact.empty() || p.what.version.empty()) std::abort();
  }
  return packages;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(as_text(std::as_bytes(std::span(data, size))));
  constexpr std::uint64_t kMuch = 1 << 20;
  const auto memory = read(bytes, kMuch);
  if (size % 16 == 0 && read(bytes, 0).size() != memory.size()) std::abort();
  return 0;
}
