// Held against the command-line tools of each format.
#include "tests/support/compress.h"

#include <gtest/gtest.h>

#include "tests/support/layout.h"
#include "tests/support/test_tools.h"

namespace bulkhead::test_support {
namespace {

std::string sample() {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}

CommandResult decompressed(std::string_view bytes, const std::string& command) {
  const TemporaryFolder folder;
  EXPECT_TRUE(write_file(folder.path("x"), bytes));
  return run_command(command + " < " + folder.path("x") + " 2>/dev/null");
}

struct Tool {
  Compression compression;
  std::string command;
};

const Tool kTools[] = {
    {Compression::gzip, "gzip -dc"}, {Compression::zstd, "zstd -dcq"},
    {Compression::xz, "xz -dc"},     {Compression::bzip2, "bzip2 -dc"},
    {Compression::none, "cat"},
};

TEST(Compress, ToolsReadOneAndManyMembers) {
  const std::string plain = sample();
  for (const Tool& tool : kTools) {
    for (const std::size_t member : {std::size_t{0}, std::size_t{1000}, plain.size() - 1}) {
      SCOPED_TRACE(tool.command + " " + std::to_string(member));
      const std::string stored = compress(plain, tool.compression, {.member_bytes = member});
      const CommandResult run = decompressed(stored, tool.command);
      EXPECT_EQ(run.exit_code, 0);
      EXPECT_TRUE(run.output == plain);
      EXPECT_EQ(stored, compress(plain, tool.compression, {.member_bytes = member}));
    }
    EXPECT_EQ(decompressed(compress("", tool.compression), tool.command).output, "");
  }
}

TEST(Compress, PiecesGiveWhatTheWholeGives) {
  const std::string plain = sample();
  for (const Tool& tool : kTools) {
    const std::unique_ptr<Compressor> compressor = make_compressor(tool.compression);
    for (std::size_t i = 0; i < plain.size(); i += 777) compressor->append(plain.substr(i, 777));
    EXPECT_TRUE(decompressed(compressor->finish(), tool.command).output == plain) << tool.command;
  }
}

TEST(Compress, GzipHeaderFieldsAreThere) {
  const GzipHeader header{.extra = std::string("BC\2\0xy", 6),
                          .name = "name.tar",
                          .comment = "a comment",
                          .has_header_crc = true,
                          .is_text = true,
                          .mtime_unix_s = 1234567890};
  const std::string stored = compress("hello\n", Compression::gzip, {.gzip = header});
  EXPECT_EQ(stored[3], 31) << "all five flags";
  EXPECT_EQ(decompressed(stored, "gzip -dc").output, "hello\n");
  EXPECT_EQ(decompressed(stored,
                         "python3 -c \"import gzip,sys; f=gzip.GzipFile(fileobj=sys.stdin"
                         ".buffer); f.read(); print(f.mtime)\"")
                .output,
            "1234567890\n");
}

TEST(Compress, ZstdFrameParametersAreThere) {
  const std::string plain = sample();
  CompressOptions options{.zstd_window_log = 22, .zstd_skippable = "skip me"};
  options.has_zstd_content_size = false;  // else a small frame needs no window
  const std::string stored = compress(plain, Compression::zstd, options);
  EXPECT_EQ(stored.substr(0, 4), "\x50\x2a\x4d\x18");
  EXPECT_TRUE(decompressed(stored, "zstd -dcq").output == plain);
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder.path("x.zst"), stored));
  EXPECT_NE(run_command("zstd -lv " + folder.path("x.zst") + " 2>&1").output.find("4.00 MiB"),
            std::string::npos);
}

TEST(Compress, TrailingBytesFollowTheLastMember) {
  const std::string stored =
      compress("x", Compression::gzip, {.trailing_zeros = 5, .trailing = "junk"});
  EXPECT_TRUE(stored.ends_with(std::string("\0\0\0\0\0junk", 9)));
}

TEST(Compress, RepeatedGzipIsOneMemberOfAllPieces) {
  const std::string piece = sample();
  const std::string stored = gzip_repeated(piece, 9);
  std::string want;
  for (int i = 0; i < 9; ++i) want += piece;
  const CommandResult run = decompressed(stored, "gzip -dc");
  EXPECT_EQ(run.exit_code, 0) << "the CRC and the size hold";
  EXPECT_TRUE(run.output == want);
}

}  // namespace
}  // namespace bulkhead::test_support
