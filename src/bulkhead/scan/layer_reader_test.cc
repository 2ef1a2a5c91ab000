#include "bulkhead/scan/layer_reader.h"

#include <thread>

#include <gtest/gtest.h>

#include "bulkhead/io/source.h"
#include "bulkhead/model/digest.h"
#include "tests/support/compress.h"
#include "tests/support/image_builder.h"

namespace bulkhead::scan {
namespace {

using test_support::compress;
using test_support::Compression;

/// Writes down what it is told; wants the bytes of every file.
class Recorder final : public archive::EntrySink {
 public:
  Result<Want> begin(const archive::EntryHeader& header) override {
    log += "[" + std::string(header.path) + " ";
    return Want::stream;
  }
  Result<void> data(ByteView chunk) override {
    bytes += chunk.size();
    for (const std::byte byte : chunk) sum = sum * 31 + static_cast<unsigned>(byte);
    return {};
  }
  Result<void> end() override {
    log += std::to_string(sum) + "]";
    return {};
  }
  void note(Error error, bool is_gap) override {
    log += (is_gap ? "!" : "i") + std::string(code_name(error.code)) + " " + error.what + "\n";
    has_gap = has_gap || is_gap;
  }

  std::string log;
  std::uint64_t bytes = 0;
  std::uint64_t sum = 0;
  bool has_gap = false;
};

std::string sample_tar(std::size_t file_bytes) {
  std::string noise;
  for (unsigned x = 1; noise.size() < file_bytes; x = x * 1'664'525 + 1'013'904'223) {
    noise.push_back(static_cast<char>(x >> 24));
  }
  const test_support::TarEntry entries[] = {test_support::file("etc/a", "small"),
                                            test_support::file("big", noise),
                                            test_support::file("z", "last")};
  return test_support::make_tar(entries);
}

image::LayerSource source_of(std::string blob, std::string_view digest_of,
                             std::string_view diff_id_of) {
  image::LayerSource source;
  source.blob = io::memory_source(std::move(blob));
  if (!digest_of.empty()) source.digest = *parse_digest(test_support::sha256_digest(digest_of));
  if (!diff_id_of.empty()) source.diff_id = *parse_digest(test_support::sha256_digest(diff_id_of));
  return source;
}

std::string read(const image::LayerSource& source, Verify verify, std::size_t chunk_bytes) {
  RunContext context = quiet_context();
  context.chunk_bytes = chunk_bytes;
  Recorder sink;
  LayerReader reader(source, sink, verify, context);
  EXPECT_TRUE(reader.run());
  return sink.log;
}

TEST(LayerReader, ChecksWhatTheChainOfTrustGives) {
  const std::string tar = sample_tar(1000);
  const std::string gzip = compress(tar, Compression::gzip, {});
  struct Case {
    const char* why;
    image::LayerSource source;
    bool is_all;
    const char* wrong;  // what the mismatch is of; "" for none
  };
  const Case cases[] = {
      {"a plain blob, both right", source_of(tar, tar, tar), false, ""},
      {"a plain blob, the digest wrong", source_of(tar, "other", tar), false, "the blob should"},
      {"a plain blob, the diff ID wrong", source_of(tar, tar, "other"), false, "diff ID"},
      {"a plain blob, both wrong alike", source_of(tar, "other", "other"), false, "the blob"},
      {"a plain blob with a diff ID alone", source_of(tar, "", "other"), false, "diff ID"},
      {"a gzip blob, both right", source_of(gzip, gzip, tar), true, ""},
      {"a gzip blob, the digest wrong", source_of(gzip, tar, tar), false, "the blob should"},
      {"a gzip blob's diff ID is not looked at", source_of(gzip, gzip, "other"), false, ""},
      {"but with --verify=all it is", source_of(gzip, gzip, "other"), true, "diff ID"},
      {"no bytes, rightly", source_of("", "", std::string_view()), false, ""},
      {"no bytes, and a digest of some", source_of("", tar, ""), false, "the blob should"},
      {"no bytes, and a diff ID of some", source_of("", "", tar), false, "diff ID"},
  };
  for (const Case& c : cases) {
    for (const std::size_t chunk : {std::size_t{512}, std::size_t{1000}, std::size_t{256} << 10}) {
      const std::string log = read(c.source, {.has_digest = true, .is_all = c.is_all}, chunk);
      if (*c.wrong == '\0') {
        EXPECT_FALSE(log.contains("!")) << c.why << ": " << log;
      } else {
        EXPECT_TRUE(log.contains("digest mismatch")) << c.why << ": " << log;
        EXPECT_TRUE(log.contains(c.wrong)) << c.why << ": " << log;
      }
      EXPECT_EQ(log, read(c.source, {.has_digest = true, .is_all = c.is_all}, 777)) << c.why;
    }
  }
  EXPECT_EQ(read(source_of(tar, "other", "other"), {.has_digest = false}, 512),
            read(source_of(tar, "", ""), {}, 512))
      << "a second reading checks nothing again";
}

TEST(LayerReader, IsTheSameWithAHelper) {
  const std::string tar = sample_tar(3 << 20);
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    std::string blob = compress(tar, compression, {});
    std::string cut = blob.substr(0, blob.size() - 2000);
    for (const std::string& stored : {blob, cut}) {
      const image::LayerSource source = source_of(stored, blob, tar);
      const std::string alone = read(source, {.is_all = true}, 4096);
      RunContext context = quiet_context();
      context.chunk_bytes = 4096;
      Recorder sink;
      LayerReader reader(source, sink, {.is_all = true}, context);
      ASSERT_TRUE(reader.engage_helper());
      EXPECT_FALSE(reader.engage_helper()) << "there is one already";
      std::jthread helper([&] { reader.help(); });
      EXPECT_TRUE(reader.run());
      helper.join();
      EXPECT_EQ(sink.log, alone);
      EXPECT_EQ(sink.has_gap, stored.size() != blob.size());
    }
  }
}

TEST(LayerReader, AHelperThatComesLateReturnsAtOnce) {
  const image::LayerSource source = source_of(sample_tar(2 << 20), "", "");
  const RunContext context = quiet_context();
  Recorder sink;
  LayerReader reader(source, sink, {}, context);
  ASSERT_TRUE(reader.engage_helper());
  std::jthread helper;
  EXPECT_TRUE([&] {
    helper = std::jthread([&] { reader.help(); });
    return reader.run();
  }());
}

TEST(LayerReader, EndsWhenItIsCancelled) {
  const std::atomic<bool> cancelled = true;
  RunContext context = quiet_context();
  context.cancelled = &cancelled;
  const image::LayerSource source = source_of(sample_tar(100), "", "");
  Recorder sink;
  LayerReader reader(source, sink, {}, context);
  EXPECT_FALSE(reader.run());
  EXPECT_TRUE(sink.log.empty());
}

TEST(LayerReader, LeavesTheRestUnreadOnceEnoughIsKnown) {
  RunContext context = quiet_context();
  context.chunk_bytes = 512;
  const image::LayerSource source = source_of(sample_tar(100'000), "", "");
  Recorder sink;
  LayerReader reader(source, sink, {.has_digest = false}, context, [&] { return sink.bytes > 10; });
  EXPECT_TRUE(reader.run());
  EXPECT_LT(sink.bytes, 2000U);
  EXPECT_FALSE(sink.has_gap);
}

}  // namespace
}  // namespace bulkhead::scan
