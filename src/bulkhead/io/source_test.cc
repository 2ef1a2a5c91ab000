#include "bulkhead/io/source.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "bulkhead/io/spool.h"

namespace bulkhead::io {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test.
class SourceFiles : public ::testing::Test {
 protected:
  SourceFiles() {
    std::string name = (fs::temp_directory_path() / "bulkhead-io-test-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~SourceFiles() override { fs::remove_all(folder_); }
  std::string write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }
  fs::path folder_;
};

std::string read_from(const Source& source, std::uint64_t offset, std::size_t size) {
  std::string text(size, '?');
  const auto got = source.read_at(offset, std::as_writable_bytes(std::span(text)));
  EXPECT_TRUE(got);
  text.resize(got.value_or(0));
  return text;
}

TEST_F(SourceFiles, ReadsAtAnyPlace) {
  const auto source = open_file(write("a", "0123456789"));
  ASSERT_TRUE(source) << describe(source.error());
  EXPECT_EQ((*source)->size(), 10U);
  EXPECT_EQ(read_from(**source, 0, 10), "0123456789");
  EXPECT_EQ(read_from(**source, 4, 3), "456");
  EXPECT_EQ(read_from(**source, 8, 100), "89");
  EXPECT_EQ(read_from(**source, 10, 5), "");
  EXPECT_EQ(read_from(**source, ~std::uint64_t{0}, 5), "");
  EXPECT_EQ(read_from(**source, 3, 0), "");
}

TEST_F(SourceFiles, FollowsLinks) {
  write("a", "text");
  fs::create_symlink("a", folder_ / "link");
  const auto source = open_file((folder_ / "link").string());
  ASSERT_TRUE(source);
  EXPECT_EQ(read_all(**source, 100).value(), "text");
}

TEST_F(SourceFiles, GivesShortReadsWhereAFileShrank) {
  const std::string path = write("a", "0123456789");
  const auto source = open_file(path);
  ASSERT_TRUE(source);
  fs::resize_file(path, 4);
  EXPECT_EQ((*source)->size(), 10U);
  EXPECT_EQ(read_from(**source, 0, 10), "0123");
  EXPECT_EQ(read_from(**source, 6, 2), "");
  EXPECT_EQ(read_all(**source, 100).value(), "0123");
}

TEST_F(SourceFiles, NeverReadsPastTheSizeAtOpening) {
  const std::string path = write("a", "0123");
  const auto source = open_file(path);
  ASSERT_TRUE(source);
  std::ofstream(path, std::ios::app) << "4567";
  EXPECT_EQ(read_from(**source, 0, 10), "0123");
}

TEST_F(SourceFiles, TakesRegularFilesOnly) {
  const std::string fifo = (folder_ / "fifo").string();
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  struct Case {
    std::string path;
    Code expected;
    const char* why;
  };
  const Case cases[] = {
      {fifo, Code::unsupported, "must not wait for a writer"},
      {folder_.string(), Code::unsupported, "a folder"},
      {"/dev/null", Code::unsupported, "a device"},
      {(folder_ / "none").string(), Code::not_found, ""},
      {write("file", "x") + "/below", Code::not_found, "a file is no folder"},
      {"", Code::not_found, ""},
      {std::string(5000, 'x'), Code::io, "a name that is too long"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.path.substr(0, 100) + ": " + c.why);
    const auto source = open_file(c.path);
    ASSERT_FALSE(source);
    EXPECT_EQ(code_name(source.error().code), code_name(c.expected));
    EXPECT_EQ(source.error().where, c.path);
  }
}

TEST(Slice, IsAWindow) {
  const auto whole = memory_source("0123456789");
  const auto slice = open_slice(whole, 2, 5);
  ASSERT_TRUE(slice);
  EXPECT_EQ((*slice)->size(), 5U);
  EXPECT_EQ(read_from(**slice, 0, 100), "23456");
  EXPECT_EQ(read_from(**slice, 4, 100), "6");
  EXPECT_EQ(read_from(**slice, 5, 100), "");
  EXPECT_EQ(read_from(**slice, ~std::uint64_t{0}, 100), "") << "the sum may not wrap";
  const auto inner = open_slice(*slice, 1, 2);
  ASSERT_TRUE(inner);
  EXPECT_EQ(read_from(**inner, 0, 100), "34");
}

TEST(Slice, StaysInside) {
  struct Case {
    std::uint64_t offset, length;
    bool is_good;
  };
  constexpr std::uint64_t kMost = ~std::uint64_t{0};
  for (const Case& c : {Case{0, 10, true},
                        {10, 0, true},
                        {0, 0, true},
                        {0, 11, false},
                        {10, 1, false},
                        {11, 0, false},
                        {kMost, 2, false},
                        {2, kMost, false}}) {
    SCOPED_TRACE(std::to_string(c.offset) + "+" + std::to_string(c.length));
    const auto slice = open_slice(memory_source("0123456789"), c.offset, c.length);
    EXPECT_EQ(slice.has_value(), c.is_good);
    if (!c.is_good && !slice) {
      EXPECT_EQ(slice.error().code, Code::truncated);
    }
  }
}

TEST(ReadAll, IsBounded) {
  EXPECT_EQ(read_all(*memory_source("0123"), 4).value(), "0123");
  EXPECT_EQ(read_all(*memory_source(""), 0).value(), "");
  const auto refused = read_all(*memory_source("01234"), 4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::limit_exceeded);
}

TEST_F(SourceFiles, SpoolKeepsWhatItGotAndLeavesNoName) {
  auto spool = Spool::create(folder_.string(), 10);
  ASSERT_TRUE(spool) << describe(spool.error());
  ASSERT_TRUE(spool->append(as_bytes("01234")));
  ASSERT_TRUE(spool->append(as_bytes("")));
  ASSERT_TRUE(spool->append(as_bytes("56789")));
  EXPECT_EQ(spool->size(), 10U);
  const auto refused = spool->append(as_bytes("x"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::limit_exceeded);
  EXPECT_NE(refused.error().what.find("--max-spool-bytes"), std::string::npos);
  EXPECT_TRUE(fs::is_empty(folder_));
  const auto source = std::move(*spool).into_source();
  EXPECT_EQ(read_from(*source, 0, 100), "0123456789");
  EXPECT_EQ(read_from(*source, 7, 100), "789");
}

TEST_F(SourceFiles, SpoolNeedsAFolder) {
  const auto spool = Spool::create((folder_ / "none").string(), 10);
  ASSERT_FALSE(spool);
  EXPECT_EQ(spool.error().code, Code::not_found);
}

TEST_F(SourceFiles, SpoolSaysWhereItCannotWrite) {
  const auto spool = Spool::create("/proc", 10);  // not even root may make files there
  ASSERT_FALSE(spool);
  EXPECT_EQ(spool.error().where, "/proc");
}

}  // namespace
}  // namespace bulkhead::io
