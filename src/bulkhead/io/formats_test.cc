// What only zstd, xz or bzip2 has.
#include <gtest/gtest.h>

#include "bulkhead/io/compressors_test.h"
#include "bulkhead/io/crc32.h"
#include "bulkhead/io/drive_decoder_test.h"

namespace bulkhead::io {
namespace {

using namespace std::string_literals;
using test::Outcome;
using test::XzCheck;

Outcome decode(Compression compression, std::string_view stored, std::size_t size = 1 << 16,
               const Limits& limits = {}) {
  return test::decode(*make_decoder(compression, limits), stored, size, size);
}

void expect_all_sizes(Compression compression, const std::string& stored,
                      const std::string& plain) {
  for (const std::size_t size : {1U, 2U, 5U, 17U, 1U << 16}) {
    SCOPED_TRACE(size);
    const Outcome outcome = decode(compression, stored, size);
    EXPECT_FALSE(outcome.error) << describe(*outcome.error);
    EXPECT_TRUE(outcome.plain == plain);
  }
}

void expect_error(Compression compression, const std::string& stored, Code code,
                  std::string_view text, const Limits& limits = {}) {
  for (const std::size_t size : {1U, 2U, 5U, 17U, 1U << 24}) {
    SCOPED_TRACE(size);
    const Outcome outcome = decode(compression, stored, size, limits);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(code_name(outcome.error->code), code_name(code));
    EXPECT_NE(outcome.error->what.find(text), std::string::npos) << outcome.error->what;
  }
}

TEST(Zstd, StepsOverSkippableFramesAnywhere) {
  const std::string frame = test::zstd("hello");
  for (unsigned kind = 0; kind < 16; ++kind) {
    const std::string skip = test::zstd_skippable("skipped", kind);
    expect_all_sizes(Compression::zstd, skip + frame + skip + skip + frame + skip, "hellohello");
  }
  expect_all_sizes(Compression::zstd, test::zstd_skippable("") + frame, "hello");
  expect_all_sizes(Compression::zstd, test::zstd_skippable(std::string(100'000, 'x')), "");
}

TEST(Zstd, DecodesEveryKindOfBlockAndHeader) {
  // A frame of raw, repeated and empty blocks (RFC 8878, 3.1.1.2), window 1 KiB, no checksum.
  const std::string frame =
      "\x28\xb5\x2f\xfd\x00\x00"s + "\x18\0\0abc"s + "\x22\0\0x"s + "\x00\0\0"s + "\x01\0\0"s;
  expect_all_sizes(Compression::zstd, frame + frame, "abcxxxxabcxxxx");
  // One segment, content size in one byte.
  expect_all_sizes(Compression::zstd, "\x28\xb5\x2f\xfd\x20\x03\x19\0\0abc"s, "abc");
  for (const int level : {1, 3, 19}) {
    for (const bool has_checksum : {false, true}) {
      const std::string plain = test::sample_bytes(300'000);
      expect_all_sizes(Compression::zstd, test::zstd(plain, level, has_checksum), plain);
    }
  }
}

TEST(Zstd, BoundsTheWindowHoweverTheFrameArrives) {
  const Limits limits{.zstd_window_bytes = 1 << 20};
  const std::string plain = test::sample_bytes(3000);
  for (const int log : {10, 20}) {
    const Outcome outcome =
        decode(Compression::zstd, test::zstd(plain, 3, true, log), 1 << 16, limits);
    EXPECT_FALSE(outcome.error) << describe(*outcome.error);
    EXPECT_TRUE(outcome.plain == plain);
  }
  expect_error(Compression::zstd, test::zstd(plain, 3, true, 21), Code::limit_exceeded,
               "--max-zstd-window-bytes", limits);
  // One segment: the window is the content. It would fit the buffer, but not the limit.
  expect_error(Compression::zstd, test::zstd(std::string((1 << 20) + 1, 'x')), Code::limit_exceeded,
               "--max-zstd-window-bytes", limits);
  // The most that a header can ask for is 2^41 and seven eighths of it.
  expect_error(Compression::zstd, "\x28\xb5\x2f\xfd\x00\xff\x01\0\0"s, Code::limit_exceeded,
               "--max-zstd-window-bytes");
}

TEST(Zstd, RefusesDamage) {
  const std::string frame = test::zstd("hello, hello, hello");
  std::string bad_checksum = frame;
  bad_checksum.back() ^= 1;
  expect_error(Compression::zstd, bad_checksum, Code::malformed, "zstd: ");
  expect_error(Compression::zstd, "\x28\xb5\x2f\xfd\x00\x00\x07\0\0"s, Code::malformed, "zstd: ");
  expect_error(Compression::zstd, frame + "\x28\xb5\x2f\xfc"s, Code::malformed, "no frame");
  // Dictionary 1 is asked for.
  expect_error(Compression::zstd, "\x28\xb5\x2f\xfd\x21\x01\x03\x19\0\0abc"s, Code::unsupported,
               "dictionary");
}

TEST(Xz, VerifiesEveryKindOfCheck) {
  const std::string plain = test::sample_bytes(50'000);
  for (const XzCheck check : {XzCheck::none, XzCheck::crc32, XzCheck::crc64, XzCheck::sha256}) {
    const std::string stored = test::xz(plain, 6, check);
    expect_all_sizes(Compression::xz, stored, plain);
    if (check == XzCheck::none) continue;
    // The check field ends where the index begins: 4 bytes of footer magic and flags, 4 of size,
    // 4 of CRC, and the index of 12 (one record of 1 to 3 byte numbers) lie behind it.
    std::string damaged = stored;
    damaged[damaged.size() - 12 - 12 - 1] ^= 1;
    expect_error(Compression::xz, damaged, Code::malformed, "xz: ");
  }
}

TEST(Xz, TakesPaddingOfFourBytesBetweenStreams) {
  const std::string a = test::xz("aaa");
  const std::string b = test::xz("bbb");
  expect_all_sizes(Compression::xz, a + "\0\0\0\0"s + b + "\0\0\0\0\0\0\0\0"s, "aaabbb");
  for (const std::size_t zeros : {1U, 2U, 3U, 5U, 4098U}) {
    SCOPED_TRACE(zeros);
    expect_error(Compression::xz, a + std::string(zeros, '\0'), Code::malformed, "padding");
    expect_error(Compression::xz, a + std::string(zeros, '\0') + b, Code::malformed, "padding");
  }
}

TEST(Xz, BoundsItsMemory) {
  const std::string plain = test::sample_bytes(3000);
  const Limits limits{.zstd_window_bytes = 8 << 20};
  const Outcome good = decode(Compression::xz, test::xz(plain, 6), 1 << 16, limits);  // 8 MiB
  EXPECT_FALSE(good.error) << describe(*good.error);
  expect_error(Compression::xz, test::xz(plain, 7), Code::limit_exceeded, "--max-zstd-window-bytes",
               limits);  // 16 MiB
  EXPECT_FALSE(decode(Compression::xz, test::xz(plain, 9)).error) << "xz -9 passes by default";
}

TEST(Xz, RefusesAnUnknownCheck) {
  std::string stored = test::xz("abc", 6, XzCheck::crc32);
  stored[7] = 2;                                                   // a reserved kind
  expect_error(Compression::xz, stored, Code::malformed, "xz: ");  // the flags have a CRC
  const std::uint32_t crc = update_crc32(0, as_bytes(stored).subspan(6, 2));
  for (unsigned i = 0; i < 4; ++i) stored[8 + i] = static_cast<char>(crc >> (8 * i));
  expect_error(Compression::xz, stored, Code::unsupported, "check");
}

TEST(Bzip2, DecodesEveryLevelAndStreams) {
  const std::string plain = test::sample_bytes(250'000);
  for (const int level : {1, 5, 9}) {
    const std::string stored = test::bzip2(plain, level);
    expect_all_sizes(Compression::bzip2, stored + test::bzip2("") + stored, plain + plain);
  }
}

TEST(Bzip2, ChecksItsSums) {
  std::string stored = test::bzip2("hello, hello");
  stored[10] ^= 1;  // the CRC of the first block
  expect_error(Compression::bzip2, stored, Code::malformed, "damaged");
  expect_error(Compression::bzip2, test::bzip2("a") + "BZx"s, Code::malformed, "no stream");
}

}  // namespace
}  // namespace bulkhead::io
