// What only gzip has: its header's fields and its trailer. Each library decodes every row.
#include "bulkhead/io/gzip.h"

#include <gtest/gtest.h>

#include "bulkhead/io/compressors_test.h"
#include "bulkhead/io/drive_decoder_test.h"

namespace bulkhead::io {
namespace {

using namespace std::string_literals;
using test::GzipFields;
using test::Outcome;

TEST(Gzip, StepsOverTheOptionalFields) {
  struct Case {
    const char* why;
    GzipFields fields;
  };
  const Case cases[] = {
      {"no field", {}},
      {"eStargz keeps its footer in the extra field", {.extra = std::string(26, 'S')}},
      {"name, as gzip writes it", {.name = "layer.tar"}},
      {"comment", {.comment = "a comment"}},
      {"checksum of the header alone", {.has_header_crc = true}},
      {"all", {.extra = "x", .name = "n", .comment = "c", .has_header_crc = true}},
      {"as long as they can be",
       {.extra = std::string(65535, 'e'),
        .name = std::string(100'000, 'n'),
        .comment = std::string(70'000, 'c'),
        .has_header_crc = true}},
  };
  const std::string plain = test::sample_bytes(500);
  for (const GzipBackend& backend : gzip_backends()) {
    for (const Case& c : cases) {
      const std::string stored = test::gzip(plain, 6, c.fields);
      for (const std::size_t size : {1U, 2U, 3U, 7U, 1000U, 1U << 20}) {
        SCOPED_TRACE(std::string(backend.name) + ", " + c.why + ", " + std::to_string(size));
        const Outcome outcome = test::decode(*backend.make(), stored + stored, size, size);
        EXPECT_FALSE(outcome.error) << describe(*outcome.error);
        EXPECT_TRUE(outcome.plain == plain + plain);
      }
    }
  }
}

TEST(Gzip, ChecksHeaderAndTrailer) {
  const std::string plain = "some text, some text";
  const std::string good = test::gzip(plain);
  const auto changed = [&](std::ptrdiff_t from_end, char value) {
    std::string bad = good;
    bad[static_cast<std::size_t>(static_cast<std::ptrdiff_t>(bad.size()) - from_end)] = value;
    return bad;
  };
  std::string bad_header_crc = test::gzip(plain, 6, {.name = "n", .has_header_crc = true});
  bad_header_crc[12] ^= 1;
  std::string bad_name = test::gzip(plain, 6, {.name = "n", .has_header_crc = true});
  bad_name[10] ^= 1;
  struct Case {
    const char* why;
    std::string stored;
    const char* expected;
    std::uint64_t offset;
  };
  const Case cases[] = {
      {"CRC-32", changed(8, good[good.size() - 8] ^ 1), "checksum", good.size() - 8},
      {"ISIZE", changed(1, 1), "size", good.size() - 8},
      {"the header's checksum", bad_header_crc, "header", 0},
      {"what that covers", bad_name, "header", 0},
      {"method", "\x1f\x8b\x07"s + good.substr(3), "method 7", 0},
      {"a reserved flag", "\x1f\x8b\x08\x20"s + good.substr(4), "reserved", 0},
      {"the second magic byte", good + "\x1f\x8c"s + good.substr(2), "no member", good.size()},
      {"block type 3", good.substr(0, 10) + "\x07"s, "deflate", 0},
      {"in the second member", good + good.substr(0, 10) + "\x07"s, "deflate", good.size()},
  };
  for (const GzipBackend& backend : gzip_backends()) {
    for (const Case& c : cases) {
      for (const std::size_t size : {1U, 1000U}) {
        SCOPED_TRACE(std::string(backend.name) + ", " + c.why + ", " + std::to_string(size));
        const Outcome outcome = test::decode(*backend.make(), c.stored, size, size);
        ASSERT_TRUE(outcome.error);
        EXPECT_EQ(outcome.error->code, Code::malformed);
        EXPECT_NE(outcome.error->what.find(c.expected), std::string::npos) << outcome.error->what;
        EXPECT_EQ(outcome.error->offset, c.offset);
      }
    }
  }
}

TEST(Gzip, DecodesEveryKindOfBlock) {
  const std::string plain = test::sample_bytes(200'000);
  for (const GzipBackend& backend : gzip_backends()) {
    for (const int level : {0, 1, 9}) {  // 0: stored blocks
      for (const auto& [in_size, out_size] : {std::pair{1U, 1000U}, {1000U, 1U}, {9U, 40'000U}}) {
        SCOPED_TRACE(std::string(backend.name) + ", level " + std::to_string(level));
        const Outcome outcome =
            test::decode(*backend.make(), test::gzip(plain, level), in_size, out_size);
        EXPECT_FALSE(outcome.error) << describe(*outcome.error);
        EXPECT_TRUE(outcome.plain == plain);
      }
    }
  }
}

// A fixed-code block that copies from 3 bytes back when there are two, "ab". Libraries must not
// hand out what lies before their buffers.
TEST(Gzip, RefusesToLookBackPastTheStart) {
  // bits: final 1, type 01; 'a' 0x91 and 'b' 0x92 of 8 bits; length 3: 0000001; distance 3: 00010.
  std::string bits =
      "1"
      "10"
      "10010001"
      "10010010"
      "0000001"
      "00010";
  while (bits.size() % 8 != 0) bits += '0';
  std::string stored = test::gzip("").substr(0, 10);
  for (std::size_t at = 0; at < bits.size(); at += 8) {
    int byte = 0;
    for (std::size_t i = 0; i < 8; ++i) byte |= (bits[at + i] - '0') << i;
    stored += static_cast<char>(byte);
  }
  stored += std::string(64, '\x55');
  for (const GzipBackend& backend : gzip_backends()) {
    for (const std::size_t size : {1U, 7U, 8U, 1000U}) {
      SCOPED_TRACE(std::string(backend.name) + ", " + std::to_string(size));
      const Outcome outcome = test::decode(*backend.make(), stored, size, 1000);
      ASSERT_TRUE(outcome.error);
      EXPECT_EQ(outcome.error->code, Code::malformed);
      EXPECT_EQ(outcome.plain, "ab");
    }
  }
}

}  // namespace
}  // namespace bulkhead::io
