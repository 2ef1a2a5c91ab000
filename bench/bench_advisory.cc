// Import and look-up of advisory data: BULKHEAD_BENCH_ADVISORIES names a folder of feeds (default:
// ../shared/advisories beside the checkout).
//
// import_all: time and peak memory of importing everything, and the store's size. import/NAME: one
// zip of OSV records by itself, all of them, and the import of 250,000 generated EPSS rows. Their
// time is processor time, user and system, of all threads, so that it stands still on a busy
// machine: `MB/s` are megabytes of JSON a second of it, with inflating the zip; `MB/s_inflated`
// without, measured by inflating the same zip in the same round. open_store and look_up: opening
// the store, and asking it for 500 and 3,000 packages.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/advisory/import.h"
#include "bulkhead/advisory/sqlite.h"
#include "bulkhead/advisory/store.h"
#include "bulkhead/archive/zip.h"
#include "bulkhead/io/source.h"

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

std::uint64_t bytes_in(const std::string& folder) {
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

/// Seconds of processor time that this process has taken, all its threads.
double processor_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Inflates all members of a zip; the bytes that they have.
std::uint64_t inflate(const std::string& path) {
  constexpr std::uint64_t kMost = 1 << 30;
  std::uint64_t bytes = 0;
  const auto source = bulkhead::io::open_file(path);
  if (!source) return 0;
  const auto members = bulkhead::archive::read_zip_directory(**source, bulkhead::Limits());
  for (const auto& member : *members) {
    const auto text = bulkhead::archive::read_zip_member(**source, member, kMost);
    if (text) bytes += text->size();
  }
  return bytes;
}

/// A folder that goes at the end of the scope.
struct Folder {
  std::string path =
      (std::filesystem::temp_directory_path() / fmt::format("bulkhead-bench-import-{}", ::getpid()))
          .string();
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

/// Imports `paths` into an empty store. @return  Processor time; the state has the error else.
double import_once(benchmark::State& state, const std::vector<std::string>& paths) {
  const Folder store;
  bulkhead::RunContext context = bulkhead::quiet_context();
  const double begin = processor_seconds();
  const auto result = bulkhead::advisory::import_paths(store.path, paths, context);
  const double seconds = processor_seconds() - begin;
  if (!result || result->records == 0) {
    state.SkipWithError("nothing was imported");
    return 0;
  }
  const auto records = static_cast<double>(result->records);
  state.counters["records"] = records;
  state.counters["bytes/record"] = static_cast<double>(bytes_in(store.path)) / records;
  return seconds;
}

void import_zips(benchmark::State& state, const std::vector<std::string>& paths) {
  double importing = 0;
  double inflating = 0;
  double megabytes = 0;
  for (auto _ : state) {
    const double begin = processor_seconds();
    for (const std::string& path : paths) megabytes += static_cast<double>(inflate(path)) / 1e6;
    inflating += processor_seconds() - begin;
    const double seconds = import_once(state, paths);
    state.SetIterationTime(seconds);
    importing += seconds;
  }
  state.counters["MB/s"] = megabytes / importing;
  state.counters["MB/s_inflated"] = megabytes / (importing - inflating);
}

/// As FIRST publishes them.
void write_epss_rows(const std::string& path) {
  std::ofstream out(path, std::ios::binary);
  out << "#model_version:v2025.03.14,score_date:2025-01-01T00:00:00+0000\ncve,epss,percentile\n";
  for (unsigned n = 0; n < 250'000; ++n) {
    out << fmt::format("CVE-{}-{},{:.5f},{:.5f}\n", 2000 + n % 25, 10000 + n / 25, n % 997 / 1000.0,
                       n % 991 / 1000.0);
  }
}

void import_epss(benchmark::State& state) {
  const std::string path =
      (std::filesystem::temp_directory_path() / fmt::format("bulkhead-bench-{}.csv", ::getpid()))
          .string();
  write_epss_rows(path);
  for (auto _ : state) state.SetIterationTime(import_once(state, {path}));
  std::filesystem::remove(path);
}

/// One benchmark for each zip of OSV records that the folder has.
const int kRegistered = [] {
  std::error_code error;
  std::vector<std::string> zips;
  for (const auto& entry : std::filesystem::directory_iterator(data_folder(), error)) {
    const std::string path = entry.path().string();
    if (path.ends_with(".zip") && path.contains("-osv")) zips.push_back(path);
  }
  std::ranges::sort(zips);
  const auto add = [](const std::string& name, const std::vector<std::string>& paths) {
    const auto run = [paths](benchmark::State& state) { import_zips(state, paths); };
    benchmark::RegisterBenchmark(name.c_str(), run)->Unit(benchmark::kMillisecond)->UseManualTime();
  };
  for (const std::string& path : zips) {
    add("import/" + std::filesystem::path(path).stem().string(), {path});
  }
  if (!zips.empty()) add("import/every-osv", zips);
  benchmark::RegisterBenchmark("import/epss", import_epss)
      ->Unit(benchmark::kMillisecond)
      ->UseManualTime();
  return 0;
}();

void import_all(benchmark::State& state) {
  for (auto _ : state) {
    const Data fresh;
    const std::uint64_t bytes = bytes_in(fresh.folder());
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
