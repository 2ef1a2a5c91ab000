// Import and look-up of advisory data: BULKHEAD_BENCH_ADVISORIES names a folder of feeds (default:
// ../shared/advisories beside the checkout). Prints time and peak memory of the import, the store's
// size, and the times of opening the store and of asking for 500 and 3,000 packages.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/advisory/import.h"
#include "bulkhead/advisory/sqlite.h"
#include "bulkhead/advisory/store.h"

namespace {

using bulkhead::advisory::Database;
using bulkhead::advisory::Store;

std::string data_folder() {
  const char* named = std::getenv("BULKHEAD_BENCH_ADVISORIES");
  return named != nullptr ? named : "../shared/advisories";
}

/// One store for all benchmarks; goes with the program.
class Data {
 public:
  Data()
      : folder_(
            (std::filesystem::temp_directory_path() / fmt::format("bulkhead-bench-{}", ::getpid()))
                .string()) {
    bulkhead::RunContext context = bulkhead::quiet_context();
    const auto result = bulkhead::advisory::import_paths(folder_, {data_folder()}, context);
    if (!result) {
      fmt::print(stderr, "bench_advisory: {}\n", bulkhead::describe(result.error()));
      std::exit(1);
    }
    records_ = result->records;
  }
  ~Data() { std::filesystem::remove_all(folder_); }
  const std::string& folder() const { return folder_; }
  std::uint64_t records() const { return records_; }

 private:
  std::string folder_;
  std::uint64_t records_ = 0;
};

const Data& data() {
  static const Data once;
  return once;
}

/// `count` names: packages that the ecosystem's feed has, and as many again that it has not.
std::vector<std::string> packages_of(const std::string& ecosystem, std::size_t count) {
  std::vector<std::string> names;
  auto store = Store::open(data().folder());
  for (const auto& feed : store->feeds()) {
    if (feed.ecosystem != ecosystem) continue;
    auto file = Database::open_immutable(data().folder() + "/" + feed.file);
    auto row = file->prepare("SELECT DISTINCT package FROM statements");
    while (names.size() < count / 2 && row->step().value_or(false))
      names.emplace_back(row->text(0));
  }
  for (std::size_t i = 0; names.size() < count; ++i) names.push_back(fmt::format("absent-{}", i));
  return names;
}

void import_all(benchmark::State& state) {
  for (auto _ : state) {
    const Data fresh;
    std::uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(fresh.folder())) {
      bytes += entry.file_size();
    }
    state.counters["records"] = static_cast<double>(fresh.records());
    state.counters["store_mib"] = static_cast<double>(bytes) / (1 << 20);
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  state.counters["peak_rss_mib"] = static_cast<double>(usage.ru_maxrss) / 1024;
}
BENCHMARK(import_all)->Unit(benchmark::kMillisecond)->Iterations(1);

void open_store(benchmark::State& state) {
  data();
  for (auto _ : state) {
    auto store = Store::open(data().folder());
    benchmark::DoNotOptimize(store->feeds().size());
  }
}
BENCHMARK(open_store)->Unit(benchmark::kMicrosecond);

/// A scan's look-ups, from a closed store.
void look_up(benchmark::State& state, const std::string& ecosystem) {
  const auto names = packages_of(ecosystem, static_cast<std::size_t>(state.range(0)));
  std::size_t statements = 0;
  for (auto _ : state) {
    auto store = Store::open(data().folder());
    statements = 0;
    for (const std::string& name : names) statements += store->find(ecosystem, name)->size();
  }
  if (statements == 0) state.SkipWithError("nothing was found: is there data?");
  state.counters["statements"] = static_cast<double>(statements);
}
BENCHMARK_CAPTURE(look_up, debian11, std::string("Debian:11"))
    ->Unit(benchmark::kMillisecond)
    ->Arg(500)
    ->Arg(3000);
BENCHMARK_CAPTURE(look_up, alpine, std::string("Alpine:v3.11"))
    ->Unit(benchmark::kMillisecond)
    ->Arg(500)
    ->Arg(3000);
BENCHMARK_CAPTURE(look_up, almalinux8, std::string("AlmaLinux:8"))
    ->Unit(benchmark::kMillisecond)
    ->Arg(500)
    ->Arg(3000);

}  // namespace
