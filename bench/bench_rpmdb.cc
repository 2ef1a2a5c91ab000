// Reading an rpm database: BULKHEAD_BENCH_RPMDB names a file (default: the largest Berkeley DB of
// ../shared/images beside the checkout). The baseline copies the same bytes.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "bulkhead/catalog/rpm/rpm.h"

namespace {

using namespace bulkhead;

const std::string& database() {
  static const std::string kBytes = [] {
    const char* const named = std::getenv("BULKHEAD_BENCH_RPMDB");
    std::ifstream file(
        named != nullptr ? named : "../shared/images/rpmdb/fedora26-modular/Packages",
        std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (bytes.empty()) {
      fmt::print(stderr, "bench_rpmdb: no database; BULKHEAD_BENCH_RPMDB names one\n");
      std::exit(1);
    }
    return bytes;
  }();
  return kBytes;
}

/// What a scan does with it: chunks as a layer gives them, facts, packages.
std::size_t list_packages(const RunContext& run) {
  Notes notes(run.limits.notes);
  const ReadContext context{run, notes};
  const JoinFile place{"var/lib/rpm/Packages", 0, nullptr};
  const ByteView bytes = as_bytes(database());
  const auto reader = catalog::rpm::open({place.path, 0644, bytes.size()}, context);
  for (std::size_t at = 0; at < bytes.size(); at += run.chunk_bytes) {
    if (!reader->data(bytes.subspan(at, std::min(run.chunk_bytes, bytes.size() - at)))) return 0;
  }
  const auto facts = reader->end();
  if (!facts || notes.has_gap()) return 0;
  const JoinFile file{place.path, 0, facts->get()};
  Inventory inventory;
  catalog::rpm::join({&file, 1}, inventory, notes);
  return inventory.packages.size();
}

void bench_list(benchmark::State& state, std::uint64_t memory_bytes) {
  RunContext run = quiet_context();
  run.limits.random_memory_bytes = memory_bytes;
  std::size_t packages = 0;
  for (auto _ : state) packages = list_packages(run);
  if (packages == 0) state.SkipWithError("it could not be read");
  state.counters["packages"] = static_cast<double>(packages);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * database().size()));
}
void list_from_memory(benchmark::State& state) { bench_list(state, 1 << 30); }
void list_from_spool(benchmark::State& state) { bench_list(state, 0); }
BENCHMARK(list_from_memory)->Unit(benchmark::kMillisecond);
BENCHMARK(list_from_spool)->Unit(benchmark::kMillisecond);

void copy(benchmark::State& state) {
  for (auto _ : state) {
    std::string copied = database();
    benchmark::DoNotOptimize(copied.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * database().size()));
}
BENCHMARK(copy)->Unit(benchmark::kMillisecond);

}  // namespace
