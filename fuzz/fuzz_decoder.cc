// Any bytes through BlobDecoder, in two ways that must agree, and through each gzip library.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/io/decoded_stream.h"

namespace {

using namespace bulkhead;

struct Outcome {
  std::string plain;
  bool has_failed = false;
};

constexpr std::size_t kMostOutput = 1 << 20;

Outcome run_blob(ByteView stored, std::size_t piece, std::size_t chunk) {
  const Limits limits{.decoded_bytes = kMostOutput, .zstd_window_bytes = 1 << 20};
  io::BlobDecoder decoder(limits, chunk);
  Outcome outcome;
  const auto consume = [&](ByteView plain) -> Result<void> {
    outcome.plain += as_text(plain);
    return {};
  };
  Result<void> result;
  while (!stored.empty() && result) {
    const std::size_t size = std::min(piece, stored.size());
    result = decoder.feed(stored.first(size), consume);
    stored = stored.subspan(size);
  }
  if (result) result = decoder.finish(consume);
  outcome.has_failed = !result;
  return outcome;
}

Outcome run_gzip(const io::GzipBackend& backend, ByteView stored) {
  const auto decoder = backend.make();
  std::vector<std::byte> out(3000);
  Outcome outcome;
  while (outcome.plain.size() < kMostOutput) {
    const auto step = decoder->step(stored, out);
    if (!step) {
      outcome.has_failed = true;
      return outcome;
    }
    outcome.plain += as_text(ByteView(out).first(step->produced));
    stored = stored.subspan(step->consumed);
    if (stored.empty() && step->produced < out.size()) break;
  }
  outcome.has_failed = !decoder->finish();
  return outcome;
}

/// As far as both go.
bool agree(std::string_view a, std::string_view b) { return a.starts_with(b) || b.starts_with(a); }

void require(bool is_good) {
  if (!is_good) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView stored = std::as_bytes(std::span(data, size));
  const Outcome whole = run_blob(stored, size + 1, 1 << 16);
  const Outcome pieces = run_blob(stored, 7, 100);
  require(whole.has_failed == pieces.has_failed);
  require(agree(whole.plain, pieces.plain));
  require(whole.has_failed || whole.plain == pieces.plain);

  const Outcome reference = run_gzip(io::gzip_backends().back(), stored);  // zlib
  for (const io::GzipBackend& backend : io::gzip_backends()) {
    const Outcome outcome = run_gzip(backend, stored);
    require(outcome.has_failed == reference.has_failed);
    // zlib refuses an incomplete set of codes when it reads it, ISA-L at the first code that is
    // missing: of damaged data one may hand out more than the other, but nothing else.
    require(outcome.has_failed ? agree(outcome.plain, reference.plain)
                               : outcome.plain == reference.plain);
  }
  return 0;
}
