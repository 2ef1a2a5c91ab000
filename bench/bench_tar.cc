// The walk of a 256 MiB tar beside a memcpy of the same bytes: what the reader adds to a loop that
// has to touch every byte anyway. Both go through 256 KiB chunks, as a layer's bytes do.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bulkhead/archive/tar.h"

namespace {

using namespace bulkhead;

constexpr std::size_t kTarBytes = 256 << 20;
constexpr std::size_t kChunkBytes = 256 << 10;

struct Sample {
  std::string tar;
  std::uint64_t entries = 0;
};

std::string header_block(std::string_view name, std::uint64_t size) {
  std::string block(512, '\0');
  block.replace(0, name.size(), name);
  block.replace(100, 7, "0000644");
  block.replace(108, 7, "0000000");
  block.replace(116, 7, "0000000");
  block.replace(124, 11, fmt::format("{:011o}", size));
  block.replace(136, 11, "14712345670");
  block.replace(148, 8, 8, ' ');
  block[156] = '0';
  block.replace(257, 8, std::string("ustar\0", 6) + "00");
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  return block.replace(148, 7, fmt::format("{:06o}", sum) + std::string(1, '\0'));
}

// Sizes as in distribution layers: many files of a few KiB, few of megabytes (log-normal with a
// median of 3 KiB and a mean of about 22 KiB).
const Sample& sample() {
  static const Sample made = [] {
    Sample out;
    std::mt19937_64 random(1);
    std::lognormal_distribution<double> sizes(8.0, 2.0);
    out.tar.reserve(kTarBytes + (64 << 20));
    while (out.tar.size() < kTarBytes) {
      const auto size = static_cast<std::uint64_t>(std::min(sizes(random), 32e6));
      out.tar += header_block(
          fmt::format("usr/share/package-{}/file-{}", out.entries % 300, out.entries), size);
      out.tar.append((size + 511) / 512 * 512, static_cast<char>('a' + out.entries % 26));
      ++out.entries;
    }
    out.tar.append(1024, '\0');
    return out;
  }();
  return made;
}

class CountingSink final : public archive::EntrySink {
 public:
  explicit CountingSink(Want want) : want_(want) {}
  Result<Want> begin(const archive::EntryHeader& header) override {
    benchmark::DoNotOptimize(header.path.data());
    return want_;
  }
  Result<void> data(ByteView chunk) override {
    bytes += chunk.size();
    return {};
  }
  Result<void> end() override { return {}; }
  void note(Error, bool) override { ++notes; }
  std::uint64_t bytes = 0;
  std::uint64_t notes = 0;

 private:
  Want want_;
};

void walk(benchmark::State& state, archive::EntrySink::Want want) {
  const Sample& made = sample();
  for (auto _ : state) {
    CountingSink sink(want);
    const Limits limits;
    archive::TarReader reader(sink, limits);
    ByteView rest = as_bytes(made.tar);
    while (!rest.empty()) {
      const std::size_t taken = std::min(kChunkBytes, rest.size());
      if (!reader.feed(rest.first(taken))) state.SkipWithError("an error");
      rest = rest.subspan(taken);
    }
    if (!reader.finish() || reader.entry_count() != made.entries || sink.notes != 0 ||
        !reader.is_ended()) {
      state.SkipWithError("the walk is wrong");
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * made.tar.size()));
  state.counters["entries"] = static_cast<double>(made.entries);
}

void BM_WalkSkipping(benchmark::State& state) { walk(state, archive::EntrySink::Want::skip); }
void BM_WalkStreaming(benchmark::State& state) { walk(state, archive::EntrySink::Want::stream); }

void BM_Memcpy(benchmark::State& state) {
  const Sample& made = sample();
  std::vector<char> chunk(kChunkBytes);
  for (auto _ : state) {
    for (std::size_t at = 0; at < made.tar.size(); at += kChunkBytes) {
      std::memcpy(chunk.data(), made.tar.data() + at, std::min(kChunkBytes, made.tar.size() - at));
      benchmark::ClobberMemory();
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * made.tar.size()));
}

BENCHMARK(BM_WalkSkipping)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_WalkStreaming)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Memcpy)->Unit(benchmark::kMillisecond);

}  // namespace
