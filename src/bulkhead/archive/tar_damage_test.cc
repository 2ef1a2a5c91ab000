#include <gtest/gtest.h>

#include "bulkhead/archive/tar_test_support.h"

// Damage on purpose: whatever happens to the bytes, the reader ends with members, notes or an
// error, and the calls do not depend on the chunks.
namespace bulkhead::archive {
namespace {

std::string sample() {
  const std::string map = "2\n0\n1\n5\n2\n";
  return tar_file("plain", "some data") + gnu_long('L', std::string(120, 'l')) +
         gnu_long('K', "target") + TarHeader{.name = "l", .type = '2', .magic = kGnuMagic}.block() +
         pax_header(pax_record("comment", "all"), 'g') +
         pax_header(pax_record("path", "paxed") + pax_record("size", "3") +
                    pax_record("mtime", "12.5") + pax_record("SCHILY.xattr.user.a", "b") +
                    pax_record("LIBARCHIVE.xattr.user.c", "ZGVm")) +
         tar_file("p", "abc") +
         pax_header(pax_record("GNU.sparse.major", "1") + pax_record("GNU.sparse.minor", "0") +
                    pax_record("GNU.sparse.name", "sparse") +
                    pax_record("GNU.sparse.realsize", "9")) +
         tar_file("s", padded(map) + "xyz") +
         TarHeader{.name = "old",
                   .type = 'S',
                   .size = 2,
                   .magic = kGnuMagic,
                   .patches = {{386, tar_octal(4, 11) + tar_octal(2, 11)},
                               {482, "\1"},
                               {483, tar_octal(8, 11)}}}
             .block() +
         std::string(512, '\0') + padded("zz") +
         TarHeader{.name = "hard", .type = '1', .size = 4, .link = "plain"}.block() +
         padded("hard") + tar_end();
}

bool is_error(const std::string& event) { return event.starts_with("ERROR "); }

TEST(TarDamage, SampleIsWhole) {
  const TarWalk walk = walk_tar(sample());
  EXPECT_EQ(walk.names, (std::vector<std::string>{"plain", std::string(120, 'l'), "paxed", "sparse",
                                                  "old", "hard"}));
  EXPECT_TRUE(walk.is_ended);
  for (const std::string& event : walk.events) EXPECT_FALSE(is_error(event)) << event;
}

TEST(TarDamage, CutAtEveryByte) {
  const std::string tar = sample();
  const TarWalk whole = walk_tar(tar);
  for (std::size_t cut = 0; cut < tar.size(); ++cut) {
    const TarWalk walk = walk_tar(std::string_view(tar).substr(0, cut));
    // What was read before the cut is what the whole archive gives.
    ASSERT_LE(walk.names.size(), whole.names.size());
    for (std::size_t i = 0; i < walk.names.size(); ++i) EXPECT_EQ(walk.names[i], whole.names[i]);
    if (walk.names.size() < whole.names.size() && !walk.events.empty() && cut % 512 != 0) {
      // A member is lost: that is told, or all that lacks is filler behind the one before.
      const std::string& last = walk.events.back();
      EXPECT_TRUE(is_error(last) || last.find("filler") != last.npos) << cut << " " << last;
    }
    EXPECT_EQ(walk_tar(std::string_view(tar).substr(0, cut), {.chunk = 7}).events, walk.events);
  }
}

TEST(TarDamage, FlipEveryByte) {
  const std::string tar = sample();
  for (std::size_t at = 0; at < tar.size(); ++at) {
    for (const unsigned flip : {0x01U, 0x80U, 0xffU}) {
      std::string bad = tar;
      bad[at] = static_cast<char>(static_cast<unsigned char>(bad[at]) ^ flip);
      const TarWalk walk = walk_tar(bad);
      EXPECT_EQ(walk_tar(bad, {.chunk = 513}).events, walk.events) << at;
    }
  }
}

// With a good checksum the damage gets past the first gate.
TEST(TarDamage, FlipEveryByteOfTheHeadersAndSeal) {
  const std::string tar = sample();
  for (std::size_t start = 0; start < tar.size(); start += 512) {
    if (tar.compare(start + 257, 5, "ustar") != 0) continue;
    for (std::size_t at = 0; at < 512; ++at) {
      for (const unsigned flip : {0x01U, 0x80U, 0xffU}) {
        std::string block = tar.substr(start, 512);
        block[at] = static_cast<char>(static_cast<unsigned char>(block[at]) ^ flip);
        seal_tar_header(block);
        std::string bad = tar;
        bad.replace(start, 512, block);
        const TarWalk walk = walk_tar(bad);
        EXPECT_EQ(walk_tar(bad, {.chunk = 511, .skip_name = ""}).events, walk.events)
            << start << " " << at;
        // A caller that seeks comes to the same members.
        const WalkOptions seek{.chunk = 4096, .skip_name = "p", .use_skip = true};
        const WalkOptions stream{.chunk = 4096, .skip_name = "p", .use_skip = false};
        EXPECT_EQ(walk_tar(bad, seek).names, walk_tar(bad, stream).names) << start << " " << at;
      }
    }
  }
}

}  // namespace
}  // namespace bulkhead::archive
