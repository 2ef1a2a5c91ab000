// Decoding and hashing of one 64 MiB buffer in steps of 256 KiB, as a layer is read. The sizes are
// of plain bytes, but for SHA-256 of stored ones they are the same thing.
#include <cstdlib>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "bulkhead/io/decoded_stream.h"
#include "bulkhead/io/hash.h"

namespace {

using namespace bulkhead;

constexpr std::size_t kPlainSize = 64 << 20;
constexpr std::size_t kChunk = 256 << 10;

/// Between text and programs: words drawn with a skew, with runs of zeros and of noise, so that
/// gzip -6 leaves about a third, as of the layers that were measured.
const std::string& plain_bytes() {
  static const std::string bytes = [] {
    std::vector<std::string> words;
    std::uint64_t state = 88172645463325252ULL;
    const auto next = [&state] {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      return state;
    };
    for (int i = 0; i < 4096; ++i) {
      std::string word;
      for (std::uint64_t length = 3 + next() % 9; length > 0; --length) {
        word += static_cast<char>('a' + next() % 26);
      }
      words.push_back(word + ' ');
    }
    std::string text;
    text.reserve(kPlainSize + 4096);
    while (text.size() < kPlainSize) {
      const std::uint64_t kind = next() % 64;
      if (kind == 0) {
        text.append(next() % 512, '\0');
      } else if (kind < 6) {
        const std::uint64_t noise = next();
        for (unsigned i = 0; i < 8; ++i) text += static_cast<char>(noise >> (8 * i));
      } else {
        text += words[(next() % 64) * (next() % 64)];
      }
    }
    text.resize(kPlainSize);
    return text;
  }();
  return bytes;
}

void require(bool is_good) {
  if (!is_good) std::abort();
}

std::string compress_gzip() {
  const std::string& plain = plain_bytes();
  z_stream stream = {};
  require(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  require(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string compress_zstd() {
  std::string out(ZSTD_compressBound(kPlainSize), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), plain_bytes().data(), kPlainSize, 3));
  return out;
}

std::string compress_xz() {
  std::string out(lzma_stream_buffer_bound(kPlainSize), '\0');
  std::size_t size = 0;
  require(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, nullptr,
                                  reinterpret_cast<const std::uint8_t*>(plain_bytes().data()),
                                  kPlainSize, reinterpret_cast<std::uint8_t*>(out.data()), &size,
                                  out.size()) == LZMA_OK);
  out.resize(size);
  return out;
}

std::string compress_bzip2() {
  std::string out(kPlainSize + kPlainSize / 50, '\0');
  auto size = static_cast<unsigned>(out.size());
  require(BZ2_bzBuffToBuffCompress(out.data(), &size, const_cast<char*>(plain_bytes().data()),
                                   kPlainSize, 9, 0, 0) == BZ_OK);
  out.resize(size);
  return out;
}

void report(benchmark::State& state, std::size_t stored_size) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kPlainSize));
  state.counters["stored/plain"] = static_cast<double>(stored_size) / kPlainSize;
}

void decode(benchmark::State& state, const std::string& stored, auto make_decoder) {
  std::vector<std::byte> out(kChunk);
  for (auto _ : state) {
    const auto decoder = make_decoder();
    std::size_t total = 0;
    for (std::size_t at = 0; at < stored.size(); at += kChunk) {
      ByteView in = as_bytes(std::string_view(stored).substr(at, kChunk));
      std::size_t produced = out.size();
      while (!in.empty() || produced == out.size()) {
        const auto step = decoder->step(in, out);
        require(step.has_value());
        in = in.subspan(step->consumed);
        produced = step->produced;
        total += produced;
      }
    }
    require(decoder->finish().has_value() && total == kPlainSize);
  }
  report(state, stored.size());
}

void bench_gzip(benchmark::State& state, const io::GzipBackend& backend) {
  static const std::string stored = compress_gzip();
  decode(state, stored, backend.make);
}

void bench_other(benchmark::State& state, io::Compression compression, std::string (*compress)()) {
  const std::string stored = compress();
  decode(state, stored, [&] { return io::make_decoder(compression, {}); });
}

/// The whole of BlobDecoder with chunks handed on, for its cost above the decoder's.
void bench_blob(benchmark::State& state) {
  static const std::string stored = compress_gzip();
  for (auto _ : state) {
    io::BlobDecoder decoder({}, kChunk);
    std::size_t total = 0;
    const io::BlobDecoder::Consume consume = [&](ByteView plain) -> Result<void> {
      total += plain.size();
      return {};
    };
    for (std::size_t at = 0; at < stored.size(); at += kChunk) {
      const ByteView piece = as_bytes(std::string_view(stored).substr(at, kChunk));
      require(decoder.feed(piece, consume).has_value());
    }
    require(decoder.finish(consume).has_value() && total == kPlainSize);
  }
  report(state, stored.size());
}

void bench_sha256(benchmark::State& state) {
  const ByteView plain = as_bytes(plain_bytes());
  for (auto _ : state) {
    auto hasher = io::Hasher::create("sha256");
    for (std::size_t at = 0; at < kPlainSize; at += kChunk) {
      hasher->update(plain.subspan(at, kChunk));
    }
    require(hasher->finish_hex().size() == 64);
  }
  report(state, kPlainSize);
}

const bool kIsRegistered = [] {
  using benchmark::kMillisecond;
  for (const io::GzipBackend& backend : io::gzip_backends()) {
    benchmark::RegisterBenchmark(("gzip/" + std::string(backend.name)).c_str(),
                                 [&backend](benchmark::State& s) { bench_gzip(s, backend); })
        ->Unit(kMillisecond);
  }
  benchmark::RegisterBenchmark("gzip/BlobDecoder", bench_blob)->Unit(kMillisecond);
  benchmark::RegisterBenchmark("zstd", bench_other, io::Compression::zstd, compress_zstd)
      ->Unit(kMillisecond);
  benchmark::RegisterBenchmark("xz", bench_other, io::Compression::xz, compress_xz)
      ->Unit(kMillisecond);
  benchmark::RegisterBenchmark("bzip2", bench_other, io::Compression::bzip2, compress_bzip2)
      ->Unit(kMillisecond);
  benchmark::RegisterBenchmark("sha256", bench_sha256)->Unit(kMillisecond);
  return true;
}();

}  // namespace
