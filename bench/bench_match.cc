// Matching: 500 and 3,000 packages of one release against all imported data, from opening the store
// to the sorted findings. BULKHEAD_BENCH_ADVISORIES names a folder of feeds (default:
// ../shared/advisories beside the checkout).
//
// Half of the packages have advisories, half have none, as in an image; of those that have, one in
// ten lies below the fixes and the others at the highest. The file cache is warm; with
// BULKHEAD_BENCH_COLD the store's pages are dropped from it before each round, and `waits` is how
// often a round waited, for the disk as a rule: a figure that stands still on a busy machine.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/advisory/ecosystem.h"
#include "bulkhead/advisory/import.h"
#include "bulkhead/advisory/row_codec.h"
#include "bulkhead/advisory/sqlite.h"
#include "bulkhead/advisory/store.h"
#include "bulkhead/match/match.h"

namespace {

using namespace bulkhead;
using advisory::Store;

/// One store for all benchmarks; goes with the program.
class Data {
 public:
  Data()
      : folder_((std::filesystem::temp_directory_path() /
                 fmt::format("bulkhead-bench-match-{}", ::getpid()))
                    .string()) {
    const char* named = std::getenv("BULKHEAD_BENCH_ADVISORIES");
    RunContext context = quiet_context();
    const auto result = advisory::import_paths(
        folder_, {named != nullptr ? named : "../shared/advisories"}, context);
    if (result) return;
    fmt::print(stderr, "bench_match: {}\n", describe(result.error()));
    std::exit(1);
  }
  ~Data() { std::filesystem::remove_all(folder_); }
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
};

const Data& data() {
  static const Data once;
  return once;
}

/// The highest fix of each package of `ecosystem`, by name.
std::map<std::string, std::string> fixes_of(const std::string& ecosystem) {
  std::map<std::string, std::string> fixes;
  const version::Scheme& scheme = *advisory::scheme_of(ecosystem);
  auto store = Store::open(data().folder());
  for (const FeedInfo& feed : store->feeds()) {
    if (feed.ecosystem != ecosystem) continue;
    auto file = advisory::Database::open_immutable(data().folder() + "/" + feed.file);
    auto row = file->prepare("SELECT package, facts FROM statements");
    while (row->step().value_or(false)) {
      advisory::Statement statement;
      if (!advisory::decode_statement(row->blob(1), statement)) continue;
      for (const VersionRange& range : statement.affected.ranges) {
        std::string& highest = fixes[std::string(row->text(0))];
        if (highest.empty() || scheme.compare(range.fixed, highest) > 0) highest = range.fixed;
      }
    }
  }
  return fixes;
}

std::vector<Package> packages_of(const std::string& ecosystem, PackageType type,
                                 std::size_t count) {
  std::vector<Package> packages;
  const auto add = [&](std::string name, std::string version) {
    Package package;
    package.type = type;
    package.name = std::move(name);
    package.version = std::move(version);
    package.id = package.purl = fmt::format("pkg:{}/{}", type_name(type), package.name);
    packages.push_back(std::move(package));
  };
  for (const auto& [name, fix] : fixes_of(ecosystem)) {
    if (packages.size() >= count / 2) break;
    add(name, packages.size() % 10 == 0 || fix.empty() ? "0.1-1" : fix);
  }
  while (packages.size() < count) add(fmt::format("absent-{}", packages.size()), "1.0-1");
  return packages;
}

/// Drops what the kernel keeps of the store's files.
void drop_pages() {
  for (const auto& entry : std::filesystem::directory_iterator(data().folder())) {
    const int file = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) continue;
    ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    ::close(file);
  }
}

/// How often this process gave up its processor to wait.
long wait_count() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_nvcsw;
}

void match_release(benchmark::State& state, const std::string& id, const std::string& release,
                   const std::string& ecosystem, PackageType type) {
  const std::vector<Package> packages =
      packages_of(ecosystem, type, static_cast<std::size_t>(state.range(0)));
  OsInfo os;
  os.id = id;
  os.version = release;
  const bool is_cold = std::getenv("BULKHEAD_BENCH_COLD") != nullptr;
  std::size_t findings = 0;
  long waits = 0;
  for (auto _ : state) {
    if (is_cold) {
      state.PauseTiming();
      drop_pages();
      state.ResumeTiming();
    }
    const long before = wait_count();
    auto store = Store::open(data().folder());
    Notes notes(1000);
    const auto result = match::match_packages(packages, os, *store, notes);
    if (!result) return state.SkipWithError("matching failed");
    findings = result->findings.size();
    waits += wait_count() - before;
  }
  if (is_cold) {
    state.counters["waits"] = static_cast<double>(waits) / static_cast<double>(state.iterations());
  }
  state.counters["findings"] = static_cast<double>(findings);
}

BENCHMARK_CAPTURE(match_release, debian11, "debian", "11", "Debian:11", PackageType::deb)
    ->Arg(500)
    ->Arg(3000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(match_release, almalinux8, "almalinux", "8.10", "AlmaLinux:8", PackageType::rpm)
    ->Arg(500)
    ->Arg(3000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
