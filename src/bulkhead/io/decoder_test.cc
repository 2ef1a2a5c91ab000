#include "bulkhead/io/decoder.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <ostream>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/io/compressors_test.h"
#include "bulkhead/io/drive_decoder_test.h"

namespace bulkhead::io {
namespace {

using namespace std::string_literals;
using test::decode;
using test::Outcome;
using test::sample_bytes;

/// One way to decode one format; gzip has one for each library.
struct Codec {
  std::string name;
  Compression compression;
  std::function<std::unique_ptr<Decoder>(const Limits&)> make;
  std::function<std::string(std::string_view)> compress;
};

std::vector<Codec> codecs() {
  std::vector<Codec> all;
  for (const GzipBackend& backend : gzip_backends()) {
    all.push_back({"gzip by " + std::string(backend.name), Compression::gzip,
                   [&backend](const Limits&) { return backend.make(); },
                   [](std::string_view plain) { return test::gzip(plain); }});
  }
  const auto made = [](Compression compression) {
    return [compression](const Limits& limits) { return make_decoder(compression, limits); };
  };
  all.push_back({"zstd", Compression::zstd, made(Compression::zstd),
                 [](std::string_view plain) { return test::zstd(plain); }});
  all.push_back({"xz", Compression::xz, made(Compression::xz),
                 [](std::string_view plain) { return test::xz(plain); }});
  all.push_back({"bzip2", Compression::bzip2, made(Compression::bzip2),
                 [](std::string_view plain) { return test::bzip2(plain); }});
  return all;
}

Outcome decode(const Codec& codec, std::string_view stored, std::size_t in_size = 1 << 16,
               std::size_t out_size = 1 << 16, const Limits& limits = {}) {
  return decode(*codec.make(limits), stored, in_size, out_size);
}

void expect_decodes(const Codec& codec, std::string_view stored, std::string_view plain,
                    std::size_t in_size = 1 << 16, std::size_t out_size = 1 << 16) {
  const Outcome outcome = decode(codec, stored, in_size, out_size);
  EXPECT_FALSE(outcome.error) << describe(*outcome.error);
  EXPECT_TRUE(outcome.plain == plain) << outcome.plain.size() << " against " << plain.size();
}

TEST(DetectCompression, KnowsTheMagicBytes) {
  struct Case {
    std::string head;
    Compression expected;
    const char* why;
  };
  const Case cases[] = {
      {"\x1f\x8b\x08\0\0\0"s, Compression::gzip, "deflate is gzip's only method"},
      {"\x1f\x8b\x08"s, Compression::gzip, "three bytes are enough"},
      {"\x1f\x8b\x07\0\0\0"s, Compression::none, "no method that anybody wrote"},
      {"\x1f\x8b"s, Compression::none, "too short to tell"},
      {"\x28\xb5\x2f\xfd\0\0"s, Compression::zstd, "a frame"},
      {"\x50\x2a\x4d\x18\0\0"s, Compression::zstd, "the first kind of skippable frame"},
      {"\x5f\x2a\x4d\x18\0\0"s, Compression::zstd, "the last kind"},
      {"\x60\x2a\x4d\x18\0\0"s, Compression::none, "one more is none"},
      {"\xfd\x37zXZ\0"s, Compression::xz, ""},
      {"\xfd\x37zXZ"s, Compression::none, "the sixth byte counts"},
      {"BZh1"s, Compression::bzip2, ""},
      {"BZh9\x31\x41"s, Compression::bzip2, ""},
      {"BZh0"s, Compression::none, "a block of no size"},
      {"BZh:"s, Compression::none, ""},
      {"BZh"s, Compression::none, ""},
      {""s, Compression::none, "an empty blob"},
      {"usr/bi"s, Compression::none, "a tar"},
      {"\0\0\0\0\0\0"s, Compression::none, "an empty tar"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.why);
    EXPECT_EQ(compression_name(detect_compression(as_bytes(c.head))), compression_name(c.expected));
  }
}

TEST(DetectCompression, FindsWhatTheEncodersWrite) {
  for (const Codec& codec : codecs()) {
    SCOPED_TRACE(codec.name);
    EXPECT_EQ(detect_compression(as_bytes(codec.compress("abc"))), codec.compression);
  }
}

TEST(Decoder, GivesBackWhatWasCompressed) {
  const std::string plains[] = {"",
                                "a",
                                "hello, layer\n",
                                std::string(1, '\0'),
                                std::string(300'000, 'x'),
                                sample_bytes(70'000),
                                sample_bytes(500'000)};
  for (const Codec& codec : codecs()) {
    for (const std::string& plain : plains) {
      SCOPED_TRACE(codec.name + ", " + std::to_string(plain.size()));
      const std::string stored = codec.compress(plain);
      expect_decodes(codec, stored, plain);
      expect_decodes(codec, stored + stored, plain + plain);
      expect_decodes(codec, stored, plain, stored.size() + 1, plain.size() + 1);
    }
  }
}

TEST(Decoder, NeverDependsOnTheSizesOfTheBuffers) {
  const std::size_t sizes[] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10,  11,   12,
                               13, 14, 15, 16, 17, 18, 19, 20, 31, 257, 4096, 100'000};
  const std::string plain = sample_bytes(3000);
  for (const Codec& codec : codecs()) {
    const std::string stored =
        codec.compress(plain) + codec.compress("") + codec.compress("z") + codec.compress(plain);
    for (const std::size_t in_size : sizes) {
      for (const std::size_t out_size : sizes) {
        SCOPED_TRACE(codec.name + ", " + std::to_string(in_size) + " to " +
                     std::to_string(out_size));
        expect_decodes(codec, stored, plain + "z" + plain, in_size, out_size);
      }
    }
  }
}

TEST(Decoder, TakesLargeDataThroughOddBuffers) {
  const std::string plain = sample_bytes(150'000);
  for (const Codec& codec : codecs()) {
    const std::string stored = codec.compress(plain);
    for (const auto& [in_size, out_size] : {std::pair{1, 1},
                                            {1, 70'000},
                                            {70'000, 1},
                                            {13, 32'767},
                                            {4097, 32'769},
                                            {65'537, 33'000}}) {
      SCOPED_TRACE(codec.name + ", " + std::to_string(in_size) + " to " + std::to_string(out_size));
      expect_decodes(codec, stored, plain, static_cast<std::size_t>(in_size),
                     static_cast<std::size_t>(out_size));
    }
  }
}

TEST(Decoder, ReadsAThousandMembers) {
  for (const Codec& codec : codecs()) {
    SCOPED_TRACE(codec.name);
    std::string stored;
    std::string plain;
    for (std::uint32_t i = 0; i < 1000; ++i) {
      // Every third is empty: it makes no output, so a step may pass many.
      const std::string part = i % 3 == 0 ? "" : sample_bytes(i % 97, i);
      stored += codec.compress(part);
      plain += part;
    }
    for (std::size_t in_size = 1; in_size <= 20; ++in_size) {
      expect_decodes(codec, stored, plain, in_size, 1 + in_size * 7 % 23);
    }
    expect_decodes(codec, stored, plain);
  }
}

TEST(Decoder, SaysWhereTheDataIsCutShort) {
  for (const Codec& codec : codecs()) {
    const std::string stored = codec.compress(sample_bytes(200));
    for (std::size_t size = 0; size < stored.size(); ++size) {
      SCOPED_TRACE(codec.name + ", cut at " + std::to_string(size));
      const Outcome outcome = decode(codec, stored.substr(0, size), 7, 11);
      ASSERT_TRUE(outcome.error);
      EXPECT_EQ(outcome.error->code, Code::truncated) << describe(*outcome.error);
      EXPECT_EQ(outcome.error->offset, size);
      EXPECT_TRUE(sample_bytes(200).starts_with(outcome.plain));
    }
    for (std::size_t size = 1; size < stored.size(); ++size) {
      SCOPED_TRACE(codec.name + ", second member cut at " + std::to_string(size));
      const Outcome outcome = decode(codec, stored + stored.substr(0, size));
      ASSERT_TRUE(outcome.error);
      EXPECT_EQ(outcome.error->code, Code::truncated) << describe(*outcome.error);
    }
  }
}

TEST(Decoder, TreatsDamageAlikeForAllSizesOfBuffers) {
  const std::string plain = sample_bytes(400);
  for (const Codec& codec : codecs()) {
    const std::string stored = codec.compress(plain) + codec.compress(plain);
    std::size_t refused = 0;
    for (std::size_t at = 0; at < stored.size(); ++at) {
      for (const int bit : {0, 3, 7}) {
        SCOPED_TRACE(codec.name + ", byte " + std::to_string(at) + " bit " + std::to_string(bit));
        std::string damaged = stored;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
        const Outcome whole = decode(codec, damaged, 1 << 16, 1 << 16);
        if (whole.error) ++refused;
        for (const auto& [in_size, out_size] :
             {std::pair{1, 1}, {5, 300}, {7, 7}, {8, 8}, {300, 5}}) {
          const Outcome pieces = decode(codec, damaged, static_cast<std::size_t>(in_size),
                                        static_cast<std::size_t>(out_size));
          EXPECT_EQ(pieces.error ? describe(*pieces.error) : "none",
                    whole.error ? describe(*whole.error) : "none");
          // liblzma and libbz2 hand out as much as they please of what precedes damage.
          const bool is_exact =
              codec.compression == Compression::gzip || codec.compression == Compression::zstd;
          EXPECT_TRUE(is_exact ? pieces.plain == whole.plain
                               : pieces.plain.starts_with(whole.plain) ||
                                     whole.plain.starts_with(pieces.plain))
              << pieces.plain.size() << " against " << whole.plain.size();
        }
      }
    }
    // All formats have checksums; what none of them covers are fields such as gzip's time.
    EXPECT_GT(refused, stored.size() * 3 * 9 / 10) << codec.name;
  }
}

TEST(Decoder, TakesZerosAfterTheLastMemberAsPadding) {
  const std::string plain = sample_bytes(500);
  for (const Codec& codec : codecs()) {
    const std::string stored = codec.compress(plain) + codec.compress(plain);
    for (const std::size_t zeros : {4U, 512U, 100'000U}) {
      SCOPED_TRACE(codec.name + ", " + std::to_string(zeros));
      expect_decodes(codec, stored + std::string(zeros, '\0'), plain + plain);
      expect_decodes(codec, stored + std::string(zeros, '\0'), plain + plain, 3, 3);
    }
  }
}

TEST(Decoder, RefusesOtherBytesAfterTheLastMember) {
  const std::string plain = sample_bytes(500);
  for (const Codec& codec : codecs()) {
    const std::string stored = codec.compress(plain);
    for (const std::string& rest : {"x"s, "garbage after the end"s, "\0\0\0\0garbage"s}) {
      for (const std::size_t size : {1U, 1U << 16}) {
        SCOPED_TRACE(codec.name + ", '" + rest + "', " + std::to_string(size));
        const Outcome outcome = decode(codec, stored + rest, size, size);
        ASSERT_TRUE(outcome.error);
        EXPECT_TRUE(outcome.error->code == Code::malformed) << describe(*outcome.error);
        EXPECT_TRUE(outcome.plain == plain) << "all data comes before the error";
        EXPECT_EQ(outcome.error->offset, stored.size() + rest.find_first_not_of('\0'));
      }
    }
  }
}

TEST(Decoder, RefusesAMemberAfterPadding) {
  for (const Codec& codec : codecs()) {
    if (codec.compression == Compression::xz) continue;  // allowed there, see below
    SCOPED_TRACE(codec.name);
    const std::string stored = codec.compress("abc");
    const Outcome outcome = decode(codec, stored + "\0\0\0\0"s + stored);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, Code::malformed);
    EXPECT_EQ(outcome.error->offset, stored.size() + 4);
    EXPECT_EQ(outcome.plain, "abc");
  }
}

TEST(Decoder, StopsAtOnceOnEmptyBuffers) {
  for (const Codec& codec : codecs()) {
    SCOPED_TRACE(codec.name);
    const auto decoder = codec.make({});
    const std::string stored = codec.compress(sample_bytes(100));
    std::vector<std::byte> out(1000);
    for (int i = 0; i < 50; ++i) {
      const auto nothing = decoder->step({}, out);
      ASSERT_TRUE(nothing);
      EXPECT_EQ(nothing->consumed + nothing->produced, 0U);
      ASSERT_TRUE(decoder->step(as_bytes(stored).first(0), {}));
    }
    expect_decodes(codec, stored, sample_bytes(100));
  }
}

}  // namespace
}  // namespace bulkhead::io
