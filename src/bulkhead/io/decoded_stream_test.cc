#include "bulkhead/io/decoded_stream.h"

#include <gtest/gtest.h>

#include "bulkhead/io/compressors_test.h"

namespace bulkhead::io {
namespace {

using namespace std::string_literals;

struct Outcome {
  std::string plain;
  std::optional<Error> error;
  Compression compression = Compression::none;
  std::uint64_t stored_bytes = 0;
  std::uint64_t decoded_bytes = 0;
  std::vector<std::size_t> chunks;
};

void note_counts(Outcome& outcome, const BlobDecoder& decoder) {
  outcome.compression = decoder.compression();
  outcome.stored_bytes = decoder.stored_bytes();
  outcome.decoded_bytes = decoder.decoded_bytes();
}

Outcome run_fed(std::string_view stored, std::size_t piece, std::size_t chunk,
                const Limits& limits = {}) {
  BlobDecoder decoder(limits, chunk);
  Outcome outcome;
  const BlobDecoder::Consume consume = [&](ByteView plain) -> Result<void> {
    EXPECT_FALSE(plain.empty());
    outcome.plain += as_text(plain);
    outcome.chunks.push_back(plain.size());
    return {};
  };
  Result<void> result;
  for (std::size_t at = 0; at < stored.size() && result; at += piece) {
    result = decoder.feed(as_bytes(stored.substr(at, piece)), consume);
  }
  if (result) result = decoder.finish(consume);
  if (!result) outcome.error = result.error();
  note_counts(outcome, decoder);
  return outcome;
}

/// The same by the calls for two threads, with buffers of `chunk` bytes.
Outcome run_stepped(std::string_view stored, std::size_t piece, std::size_t chunk,
                    const Limits& limits = {}) {
  BlobDecoder decoder(limits, 1);
  Outcome outcome;
  std::vector<std::byte> out(chunk);
  for (std::size_t at = 0; at < stored.size(); at += piece) {
    ByteView in = as_bytes(stored.substr(at, piece));
    std::size_t produced = chunk;
    while (!in.empty() || produced == chunk) {
      const auto step = decoder.decode_into(in, out);
      if (!step) {
        outcome.error = step.error();
        note_counts(outcome, decoder);
        return outcome;
      }
      in = in.subspan(step->consumed);
      produced = step->produced;
      outcome.plain += as_text(ByteView(out).first(produced));
    }
  }
  while (true) {
    const auto produced = decoder.drain_into(out);
    if (!produced) outcome.error = produced.error();
    if (!produced || *produced == 0) break;
    outcome.plain += as_text(ByteView(out).first(*produced));
  }
  note_counts(outcome, decoder);
  return outcome;
}

struct Blob {
  const char* why;
  Compression compression;
  std::string stored;
  std::string plain;
};

std::vector<Blob> blobs() {
  const std::string text = test::sample_bytes(5000);
  return {
      {"plain", Compression::none, text, text},
      {"empty", Compression::none, "", ""},
      {"shorter than a magic", Compression::none, "BZh", "BZh"},
      {"one byte", Compression::none, "\x1f", "\x1f"},
      {"as long as a magic", Compression::none, "abcdef", "abcdef"},
      {"gzip", Compression::gzip, test::gzip(text), text},
      {"gzip of nothing", Compression::gzip, test::gzip(""), ""},
      {"gzip, members", Compression::gzip, test::gzip(text) + test::gzip("") + test::gzip("z"),
       text + "z"},
      {"zstd", Compression::zstd, test::zstd(text), text},
      {"zstd, skippable first", Compression::zstd, test::zstd_skippable("") + test::zstd(text),
       text},
      {"xz", Compression::xz, test::xz(text), text},
      {"bzip2", Compression::bzip2, test::bzip2(text), text},
  };
}

TEST(BlobDecoder, DecodesWhateverTheSizes) {
  for (const Blob& blob : blobs()) {
    for (const std::size_t piece : {1U, 2U, 3U, 5U, 6U, 7U, 100U, 100'000U}) {
      for (const std::size_t chunk : {1U, 7U, 1000U, 100'000U}) {
        SCOPED_TRACE(std::string(blob.why) + ", " + std::to_string(piece) + " to " +
                     std::to_string(chunk));
        for (const Outcome& outcome :
             {run_fed(blob.stored, piece, chunk), run_stepped(blob.stored, piece, chunk)}) {
          EXPECT_FALSE(outcome.error) << describe(*outcome.error);
          EXPECT_TRUE(outcome.plain == blob.plain) << outcome.plain.size();
          EXPECT_EQ(outcome.compression, blob.compression);
          EXPECT_EQ(outcome.stored_bytes, blob.stored.size());
          EXPECT_EQ(outcome.decoded_bytes, blob.plain.size());
        }
      }
    }
  }
}

TEST(BlobDecoder, HandsOnWholeChunks) {
  const std::string stored = test::gzip(test::sample_bytes(5000));
  for (const std::size_t piece : {1U, 100U, 100'000U}) {
    EXPECT_EQ(run_fed(stored, piece, 2000).chunks, (std::vector<std::size_t>{2000, 2000, 1000}));
  }
}

TEST(BlobDecoder, PassesPlainBytesInPlace) {
  const std::string stored = test::sample_bytes(1000);
  BlobDecoder decoder({}, 10);
  const std::byte* seen = nullptr;
  ASSERT_TRUE(decoder.feed(as_bytes(stored), [&](ByteView plain) -> Result<void> {
    seen = plain.data();
    EXPECT_EQ(plain.size(), stored.size());
    return {};
  }));
  EXPECT_EQ(seen, as_bytes(stored).data());
}

TEST(BlobDecoder, BoundsTheDecodedBytes) {
  for (const Blob& blob : blobs()) {
    if (blob.plain.size() < 5000) continue;
    for (const std::size_t piece : {1U, 100'000U}) {
      for (const std::size_t chunk : {1U, 1000U, 100'000U}) {
        SCOPED_TRACE(std::string(blob.why) + ", " + std::to_string(piece) + " to " +
                     std::to_string(chunk));
        const Limits exact{.decoded_bytes = blob.plain.size()};
        EXPECT_FALSE(run_fed(blob.stored, piece, chunk, exact).error);
        EXPECT_FALSE(run_stepped(blob.stored, piece, chunk, exact).error);
        const Limits below{.decoded_bytes = 4321};
        for (const Outcome& outcome : {run_fed(blob.stored, piece, chunk, below),
                                       run_stepped(blob.stored, piece, chunk, below)}) {
          ASSERT_TRUE(outcome.error);
          EXPECT_EQ(outcome.error->code, Code::limit_exceeded);
          EXPECT_NE(outcome.error->what.find("--max-decoded-bytes"), std::string::npos);
          EXPECT_EQ(outcome.plain, blob.plain.substr(0, 4321));
        }
      }
    }
  }
}

/// A zstd frame of repeated bytes: 4 stored bytes for each 128 KiB.
std::string zstd_bomb(std::uint64_t blocks) {
  std::string frame = "\x28\xb5\x2f\xfd\x00\x40"s;  // window 256 KiB
  for (std::uint64_t i = 0; i < blocks; ++i) frame += "\x02\x00\x10\0"s;
  return frame + "\x01\0\0"s;
}

TEST(BlobDecoder, BoundsTheRatioOncePastOneGibibyte) {
  const auto run = [](std::uint64_t blocks, const Limits& limits) {
    BlobDecoder decoder(limits, 256 << 10);
    const BlobDecoder::Consume consume = [](ByteView) -> Result<void> { return {}; };
    const std::string stored = zstd_bomb(blocks);
    Result<void> result = decoder.feed(as_bytes(stored), consume);
    if (result) result = decoder.finish(consume);
    EXPECT_LE(decoder.decoded_bytes(), (1ULL << 30) + (256 << 10));
    return result;
  };
  const Result<void> at_bound = run(8192, {});
  EXPECT_TRUE(at_bound) << "exactly 1 GiB is not past it";
  const Result<void> beyond = run(8193, {});
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, Code::limit_exceeded);
  EXPECT_NE(beyond.error().what.find("--max-inflate-ratio"), std::string::npos);
  EXPECT_TRUE(run(8193, {.inflate_ratio = 40'000}));
}

TEST(BlobDecoder, GivesTheBytesBeforeAnErrorFirst) {
  const std::string plain = test::sample_bytes(5000);
  std::string damaged = test::gzip(plain);
  damaged[damaged.size() - 8] ^= 1;
  for (const std::string& stored : {damaged, test::gzip(plain) + "garbage"}) {
    for (const std::size_t piece : {1U, 100'000U}) {
      for (const std::size_t chunk : {7U, 100'000U}) {
        for (const Outcome& outcome :
             {run_fed(stored, piece, chunk), run_stepped(stored, piece, chunk)}) {
          ASSERT_TRUE(outcome.error);
          EXPECT_EQ(outcome.error->code, Code::malformed);
          EXPECT_TRUE(outcome.plain == plain);
        }
      }
    }
  }
}

TEST(BlobDecoder, SaysThatABlobIsCutShort) {
  for (const Blob& blob : blobs()) {
    if (blob.compression == Compression::none) continue;
    SCOPED_TRACE(blob.why);
    const std::string_view cut(blob.stored.data(), blob.stored.size() - 1);
    for (const Outcome& outcome : {run_fed(cut, 50, 100), run_stepped(cut, 50, 100)}) {
      ASSERT_TRUE(outcome.error);
      EXPECT_EQ(outcome.error->code, Code::truncated);
    }
  }
}

TEST(BlobDecoder, ReturnsTheConsumersError) {
  for (const Blob& blob : blobs()) {
    if (blob.plain.empty()) continue;
    SCOPED_TRACE(blob.why);
    BlobDecoder decoder({}, 100);
    const BlobDecoder::Consume consume = [](ByteView) -> Result<void> {
      return fail(Code::io, "tar: enough");
    };
    Result<void> result = decoder.feed(as_bytes(blob.stored), consume);
    if (result) result = decoder.finish(consume);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().what, "tar: enough");
  }
}

}  // namespace
}  // namespace bulkhead::io
