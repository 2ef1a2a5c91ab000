#include "bulkhead/archive/tar.h"

#include <gtest/gtest.h>

#include "bulkhead/archive/tar_test_support.h"

namespace bulkhead::archive {
namespace {

constexpr std::size_t kChunks[] = {1, 3, 511, 512, 513, 4096, SIZE_MAX};

struct Case {
  std::string why;
  std::string tar;
  std::vector<std::string> want;
};

std::string file_line(std::string_view path, std::size_t size) {
  return fmt::format("- {} 644 1000/100 {} 1234567890", path, size);
}

void expect_walks(const std::vector<Case>& cases) {
  for (const Case& row : cases) {
    SCOPED_TRACE(row.why);
    for (const std::size_t chunk : kChunks) {
      SCOPED_TRACE(chunk);
      EXPECT_EQ(walk_tar(row.tar, {.chunk = chunk}).events, row.want);
    }
  }
}

TEST(TarNumber, ReadsOctalAndBase256) {
  struct Row {
    std::string_view field;
    std::int64_t want;
    std::string_view why;
  };
  using namespace std::string_view_literals;
  constexpr Row kRows[] = {
      {"0000644\0"sv, 0644, "octal and NUL"},
      {"   644 \0"sv, 0644, "blanks on both sides"},
      {"\0\0\0\0\0\0\0\0"sv, 0, "empty"},
      {"        "sv, 0, "blank"},
      {"\00000644\0"sv, 0644, "a NUL that spilled over from the field before"},
      {"77777777"sv, 077777777, "no end mark"},
      {"644\0junk"sv, 0644, "what follows the end mark is not looked at"},
      {"\x80\0\0\0\0\0\x01\x02"sv, 258, "base-256"},
      {"\xff\xff\xff\xff\xff\xff\xff\xff"sv, -1, "base-256, negative"},
      {"\xff\xff\xff\xff\xff\xff\xff\xfe"sv, -2, "base-256, the old nobody"},
      {"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"sv, INT64_MAX, "63 bits"},
      {"\xff\xff\xff\xff\x80\0\0\0\0\0\0\0"sv, INT64_MIN, "the least"},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.why);
    const Result<std::int64_t> value = parse_tar_number(as_bytes(row.field));
    ASSERT_TRUE(value) << value.error().what;
    EXPECT_EQ(*value, row.want);
  }
}

TEST(TarNumber, RefusesWhatIsNone) {
  struct Row {
    std::string_view field;
    Code want;
  };
  using namespace std::string_view_literals;
  constexpr Row kRows[] = {
      {"0000648\0"sv, Code::malformed},
      {"-000644\0"sv, Code::malformed},
      {"abc"sv, Code::malformed},
      {"\x80\0\0\0\x80\0\0\0\0\0\0\0"sv, Code::limit_exceeded},
      {"\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff"sv, Code::limit_exceeded},
      {"\x81\0\0\0\0\0\0\0\0\0\0\0"sv, Code::limit_exceeded},
  };
  for (const Row& row : kRows) {
    const Result<std::int64_t> value = parse_tar_number(as_bytes(row.field));
    ASSERT_FALSE(value) << *value;
    EXPECT_EQ(value.error().code, row.want);
  }
}

TEST(TarReader, ReadsTheDialects) {
  const std::string long_name(300, 'n');
  const std::string full(100, 'f');
  expect_walks({
      {"v7: a NUL type and a slash make a directory",
       TarHeader{.name = "dir/", .type = '\0', .magic = ""}.block() +
           TarHeader{.name = "file", .type = '\0', .magic = "", .prefix = "no/prefix"}.block() +
           tar_end(),
       {"d dir/ 644 1000/100 0 1234567890", "end ", file_line("file", 0), "end "}},
      {"ustar: the prefix goes before the name",
       TarHeader{.name = "name", .size = 3, .prefix = "some/dir"}.block() + padded("abc") +
           tar_end(),
       {file_line("some/dir/name", 3), "end abc"}},
      {"a name that fills its field has no NUL",
       TarHeader{.name = full, .prefix = std::string(155, 'p')}.block() + tar_end(),
       {file_line(std::string(155, 'p') + "/" + full, 0), "end "}},
      {"star: a shorter prefix, times behind it",
       TarHeader{.name = "name",
                 .prefix = std::string(131, 'p') + "times",
                 .patches = {{508, std::string("tar\0", 4)}}}
               .block() +
           tar_end(),
       {file_line(std::string(131, 'p') + "/name", 0), "end "}},
      {"GNU: long name and link",
       gnu_long('L', long_name) + gnu_long('K', long_name) +
           TarHeader{.name = "n", .type = '2', .link = "l", .magic = kGnuMagic}.block() + tar_end(),
       {"l " + long_name + " 644 1000/100 0 1234567890 -> " + long_name, "end "}},
      {"GNU: times where POSIX has the prefix are none",
       TarHeader{.name = "n", .magic = kGnuMagic, .prefix = tar_octal(1234, 11)}.block() +
           tar_end(),
       {file_line("n", 0), "end "}},
      {"GNU magic with a prefix, as Go wrote before 1.8",
       TarHeader{.name = "n", .magic = kGnuMagic, .prefix = "old/go"}.block() + tar_end(),
       {file_line("old/go/n", 0), "end "}},
      {"base-256: a negative time, and the old nobody",
       TarHeader{.name = "n",
                 .magic = kGnuMagic,
                 .patches = {{108, std::string(7, '\xff') + "\xfe"},
                             {136, std::string(11, '\xff') + "\xff"}}}
               .block() +
           tar_end(),
       {"- n 644 4294967294/100 0 -1", "end "}},
      {"signed checksum",
       [] {
         std::string block = TarHeader{.name = "\xe9\xe8"}.block();
         int sum = 0;
         block.replace(148, 8, 8, ' ');
         for (const char c : block) sum += static_cast<signed char>(c);
         return block.replace(148, 7, fmt::format("{:06o}", sum) + std::string(1, '\0')) +
                tar_end();
       }(),
       {file_line("\xe9\xe8", 0), "end "}},
      {"devices, fifo, contiguous file",
       TarHeader{
           .name = "c", .type = '3', .patches = {{329, tar_octal(5, 7)}, {337, tar_octal(1, 7)}}}
               .block() +
           TarHeader{.name = "b", .type = '4', .patches = {{329, tar_octal(8, 7)}}}.block() +
           TarHeader{.name = "p", .type = '6'}.block() +
           TarHeader{.name = "f", .type = '7', .size = 2}.block() + padded("ab") + tar_end(),
       {"c c 644 1000/100 0 1234567890 5:1", "end ", "b b 644 1000/100 0 1234567890 8:0", "end ",
        "p p 644 1000/100 0 1234567890", "end ", file_line("f", 2), "end ab"}},
      {"setuid is kept, the file type bits are not",
       TarHeader{.name = "su", .mode = 0104755}.block() + tar_end(),
       {"- su 4755 1000/100 0 1234567890", "end "}},
      {"the same path twice comes twice",
       tar_file("a", "1") + tar_file("a", "22") + tar_end(),
       {file_line("a", 1), "end 1", file_line("a", 2), "end 22"}},
      {"dumpdir: a directory whose data goes by",
       TarHeader{.name = "d/", .type = 'D', .size = 3}.block() + padded("Yx") + tar_file("a", "") +
           tar_end(),
       {"d d/ 644 1000/100 0 1234567890", "end ", file_line("a", 0), "end "}},
      {"volume label and rest of another volume",
       TarHeader{.name = "label", .type = 'V'}.block() +
           TarHeader{.name = "rest", .type = 'M', .size = 4}.block() + padded("rest") +
           tar_file("a", "") + tar_end(),
       {"odd unsupported 0: tar: a volume label was passed over",
        "GAP unsupported 512: tar: the rest of a file from another volume was passed over",
        file_line("a", 0), "end "}},
      {"an unknown type is a file",
       TarHeader{.name = "q", .type = 'q', .size = 1}.block() + padded("x") + tar_end(),
       {"odd unsupported 0: tar: a member's type is unknown; it was taken for a file",
        file_line("q", 1), "end x"}},
  });
}

TEST(TarReader, ReadsPaxRecords) {
  const std::string plain = tar_file("plain", "data");
  expect_walks({
      {"all that override",
       pax_header(pax_record("path", "p\xff/x") + pax_record("linkpath", "there") +
                  pax_record("uid", "4294967296") + pax_record("gid", "7") +
                  pax_record("mtime", "-1.5") + pax_record("comment", "none")) +
           TarHeader{.name = "n", .type = '2', .link = "l"}.block() + tar_end(),
       {"l p\xff/x 644 4294967296/7 0 -2 -> there", "end "}},
      {"a size goes over the header's",
       pax_header(pax_record("size", "3") + pax_record("mtime", "99.999")) +
           TarHeader{.name = "n", .size = 0}.block() + padded("abc") + tar_end(),
       {"- n 644 1000/100 3 99", "end abc"}},
      {"the last extended header holds alone",
       pax_header(pax_record("path", "one") + pax_record("uid", "1")) +
           pax_header(pax_record("path", "two")) + plain + tar_end(),
       {file_line("two", 4), "end data"}},
      {"a GNU long name goes over a pax path, as in Go's reader",
       gnu_long('L', "gnu") + pax_header(pax_record("path", "pax")) + plain + tar_end(),
       {file_line("gnu", 4), "end data"}},
      {"attributes: SCHILY and libarchive, each name once",
       pax_header(pax_record("LIBARCHIVE.xattr.user.a%3Db", "aGV5") +
                  pax_record("SCHILY.xattr.security.capability", "cap") +
                  pax_record("SCHILY.xattr.user.two", "w") +
                  pax_record("SCHILY.xattr.user.two", "x") +
                  pax_record("LIBARCHIVE.xattr.user.two", "eQ") +
                  pax_record("LIBARCHIVE.xattr.user.gone", "eQ") +
                  pax_record("SCHILY.xattr.user.gone", "")) +
           plain + tar_end(),
       {file_line("plain", 4) + " security.capability=cap user.a=b=hey user.two=x", "end data"}},
      {"global records hold until taken back",
       pax_header(pax_record("uid", "5") + pax_record("comment", "abc"), 'g') + plain +
           pax_header(pax_record("uid", "")) + plain + pax_header(pax_record("uid", "6")) + plain +
           pax_header(pax_record("uid", ""), 'g') + plain + tar_end(),
       {"- plain 644 5/100 4 1234567890", "end data", file_line("plain", 4), "end data",
        "- plain 644 6/100 4 1234567890", "end data", file_line("plain", 4), "end data"}},
      {"a global path is applied, and told",
       pax_header(pax_record("path", "all"), 'g') + plain + tar_end(),
       {"GAP unsupported 0: tar: a global header sets path, link or size: readers differ on it",
        file_line("all", 4), "end data"}},
      {"hard link: data where pax stored it",
       TarHeader{.name = "h", .type = '1', .size = 4, .link = "plain"}.block() + padded("data") +
           plain + tar_end(),
       {"h h 644 1000/100 4 1234567890 -> plain", "end data", file_line("plain", 4), "end data"}},
      {"hard link: a size without data, as old writers left it",
       TarHeader{.name = "h", .type = '1', .size = 4, .link = "plain"}.block() + plain + tar_end(),
       {"h h 644 1000/100 0 1234567890 -> plain", "end ", file_line("plain", 4), "end data"}},
      {"hard link: a size without data at the end, without end blocks",
       TarHeader{.name = "h", .type = '1', .size = 4, .link = "plain"}.block(),
       {"h h 644 1000/100 0 1234567890 -> plain", "end "}},
      {"a directory's size is a hint",
       TarHeader{.name = "d/", .type = '5', .size = 4096}.block() + plain + tar_end(),
       {"d d/ 644 1000/100 0 1234567890", "end ", file_line("plain", 4), "end data"}},
      {"a directory with data all the same",
       TarHeader{.name = "d/", .type = '5', .size = 600}.block() + padded(std::string(600, 'x')) +
           plain + tar_end(),
       {"odd malformed 0: tar: data of a member that is no file was passed over",
        "d d/ 644 1000/100 0 1234567890", "end ", file_line("plain", 4), "end data"}},
  });
}

TEST(TarReader, GoesOnBehindBadRecords) {
  const std::string plain = tar_file("plain", "data");
  const std::vector<std::string> both = {file_line("plain", 4), "end data"};
  const auto with_note = [&](const std::string& note) {
    return std::vector<std::string>{note, both[0], both[1]};
  };
  const std::string length = "tar: extended header: a record's length does not fit";
  const std::string value = "tar: extended header: a record's value is none for its key";
  expect_walks({
      {"a length that does not fit", pax_header("99 path=x\n") + plain + tar_end(),
       with_note("GAP malformed 512: " + length)},
      {"no length", pax_header(pax_record("comment", "x") + "path=x\n") + plain + tar_end(),
       with_note("GAP malformed 525: " + length)},
      {"no newline at the record's end", pax_header("9 path=xy") + plain + tar_end(),
       with_note("GAP malformed 512: " + length)},
      {"a length shorter than its own digits", pax_header("2 x=y\n") + plain + tar_end(),
       with_note("GAP malformed 512: " + length)},
      {"the size may be lost: nobody knows where the next header is",
       pax_header("99 path=x\n" + pax_record("size", "4")) + plain + tar_end(),
       {"ERROR malformed 512: " + length}},
      {"a size that is no number",
       pax_header(pax_record("size", "4x")) + plain + tar_end(),
       {"ERROR malformed 512: " + value}},
      {"a negative size",
       pax_header(pax_record("size", "-4")) + plain + tar_end(),
       {"ERROR malformed 512: " + value}},
      {"no equals sign; the next record holds",
       pax_header("6 abc\n" + pax_record("path", "plain")) + plain + tar_end(),
       with_note("GAP malformed 512: tar: extended header: a record has no key and value")},
      {"a number that is none", pax_header(pax_record("uid", "root")) + plain + tar_end(),
       with_note("GAP malformed 512: " + value)},
      {"a NUL in a path",
       pax_header(pax_record("path", std::string("a\0b", 3))) + plain + tar_end(),
       with_note("GAP malformed 512: " + value)},
      {"an attribute that is no base64",
       pax_header(pax_record("LIBARCHIVE.xattr.a", "!")) + plain + tar_end(),
       with_note("GAP malformed 512: " + value)},
      {"a mode that is no number",
       TarHeader{.name = "n", .patches = {{100, "rw-r--r-"}}}.block() + tar_end(),
       {"GAP malformed 0: tar: a member's mode, user or group cannot be read",
        "- n 0 1000/100 0 1234567890", "end "}},
      {"a time that is no number",
       TarHeader{.name = "n", .patches = {{136, "yesterday"}}}.block() + tar_end(),
       {"odd malformed 0: tar: a member's time cannot be read", "- n 644 1000/100 0 0", "end "}},
      {"a negative size in the header",
       tar_file("a", "") +
           TarHeader{.name = "n", .patches = {{124, std::string(12, '\xff')}}}.block() + tar_end(),
       {file_line("a", 0), "end ", "ERROR malformed 512: tar: a member's size is negative"}},
  });
}

TEST(TarReader, KnowsTheEnd) {
  const std::string file = tar_file("a", "abc");
  const std::vector<std::string> good = {file_line("a", 3), "end abc"};
  const auto with = [&](const std::string& last) {
    return std::vector<std::string>{good[0], good[1], last};
  };
  expect_walks({
      {"nothing at all", "", {}},
      {"only end blocks", tar_end(), {}},
      {"no end blocks", file, good},
      {"one zero block, and nothing behind it", file + std::string(512, '\0'), good},
      {"what follows the end blocks is not read", file + tar_end() + file, good},
      {"a lone zero block ends it too", file + std::string(512, '\0') + file,
       with("odd malformed 1024: tar: a lone zero block ends the archive")},
      {"no filler behind the last member", file.substr(0, 515),
       with("odd truncated 515: tar: the last member's filler is cut")},
      {"cut end blocks", file + std::string(100, '\0'),
       with("odd truncated 1124: tar: the end blocks are cut")},
      {"cut in the data",
       file.substr(0, 514),
       {good[0],
        "ERROR truncated 514: tar: the archive ends inside the data of \"a\": 1 bytes are "
        "lacking"}},
      {"cut in a header", file + file.substr(0, 100),
       with("ERROR truncated 1124: tar: the archive ends inside a header")},
      {"cut behind an extension header", file + gnu_long('L', "x"),
       with("ERROR truncated 2048: tar: the archive ends behind an extension header")},
      {"cut in an extension header", file + gnu_long('L', "x").substr(0, 513),
       with("ERROR truncated 1537: tar: the archive ends inside an extension header")},
      {"an extension header and then the end", file + gnu_long('L', "x") + tar_end(),
       with("GAP malformed 1024: tar: an extension header describes no member")},
      {"a wrong checksum", file + std::string(512, 'x') + file,
       with("ERROR malformed 1024: tar: a header's checksum is wrong")},
      {"no tar",
       std::string(2000, 'x'),
       {"ERROR malformed 0: tar: this is no tar: the first header's checksum is wrong"}},
  });
  for (const std::size_t chunk : kChunks) {
    const TarWalk walk = walk_tar(file + tar_end() + "trailing", {.chunk = chunk});
    EXPECT_TRUE(walk.is_ended);
    EXPECT_EQ(walk.trailing, 8U);
    const TarWalk lone =
        walk_tar(file + std::string(512, '\0') + std::string(700, 'x'), {.chunk = chunk});
    EXPECT_TRUE(lone.is_ended);
    EXPECT_EQ(lone.trailing, 700U);
  }
}

TEST(TarReader, GivesExactOffsets) {
  const std::string tar = tar_file("a", "abc") + pax_header(pax_record("path", "b")) +
                          tar_file("x", "defg") + gnu_long('L', "c") + tar_file("x", "") +
                          TarHeader{.name = "h", .type = '1', .size = 2, .link = "a"}.block() +
                          padded("hi") + tar_end();
  using Offsets = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
  const Offsets want = {{0, 512}, {1024, 2560}, {3072, 4608}, {4608, 5120}};
  for (const std::size_t chunk : kChunks) {
    EXPECT_EQ(walk_tar(tar, {.chunk = chunk}).offsets, want);
  }
}

TEST(TarReader, PassesOverWhatNobodyWants) {
  const std::string tar = tar_file("skip1", std::string(5000, 'x')) + tar_file("a", "abc") +
                          tar_file("skip2", "") + tar_file("skip3", std::string(512, 'y')) +
                          tar_file("skip4", std::string(70'000, 'z'));
  const std::vector<std::string> want = {
      file_line("skip1", 5000),   "end ", file_line("a", 3),       "end abc",
      file_line("skip2", 0),      "end ", file_line("skip3", 512), "end ",
      file_line("skip4", 70'000), "end "};
  for (const bool use_skip : {false, true}) {
    for (const std::size_t chunk : kChunks) {
      const WalkOptions options{.chunk = chunk, .skip_name = "skip", .use_skip = use_skip};
      EXPECT_EQ(walk_tar(tar, options).events, want);
      EXPECT_EQ(walk_tar(tar + tar_end(), options).events, want);
      const std::string cut = tar.substr(0, tar.size() - 600);
      EXPECT_EQ(walk_tar(cut, options).events.back(),
                fmt::format("ERROR truncated {}: tar: the archive ends inside the data of "
                            "\"skip4\": {} bytes are lacking",
                            cut.size(), 600 - 144));
    }
  }
}

TEST(TarReader, MeetsItsLimits) {
  const std::string file = tar_file("a", "abc");
  Limits limits;
  limits.header_bytes = 1000;
  limits.path_bytes = 300;
  limits.entries = 3;
  const std::string large = gnu_long('L', std::string(2000, 'n'));
  const std::string wide = gnu_long('L', std::string(400, 'n'));
  const std::string link = gnu_long('K', std::string(400, 'n'));
  const std::string left_out = "\" was left out: ";
  const std::string long_path = "its path or link is longer than --max-path-bytes";
  const std::vector<Case> cases = {
      {"an extension header too large costs its member alone",
       file + large + file + file,
       {file_line("a", 3), "end abc",
        "GAP limit-exceeded 1024: tar: an extension header of 2001 bytes is larger than "
        "--max-header-bytes",
        "GAP malformed 1024: tar: \"a" + left_out + "an extension header before it was not read",
        file_line("a", 3), "end abc"}},
      {"so does a path too long",
       wide + file + file,
       {"GAP limit-exceeded 0: tar: \"" + std::string(200, 'n') + "..." + left_out + long_path,
        file_line("a", 3), "end abc"}},
      {"and a link too long, with or without the data its size names",
       link + TarHeader{.name = "h", .type = '1', .size = 3}.block() + file,
       {"GAP limit-exceeded 0: tar: \"h" + left_out + long_path, file_line("a", 3), "end abc"}},
      {"too many entries",
       file + file + file + file,
       {file_line("a", 3), "end abc", file_line("a", 3), "end abc", file_line("a", 3), "end abc",
        "ERROR limit-exceeded 3072: tar: more than 3 entries (--max-entries)"}},
  };
  for (const Case& row : cases) {
    SCOPED_TRACE(row.why);
    for (const std::size_t chunk : kChunks) {
      EXPECT_EQ(walk_tar(row.tar, {.chunk = chunk, .limits = limits}).events, row.want);
    }
  }
}

TEST(TarReader, StopsWhereTheSinkFails) {
  class Failing final : public EntrySink {
   public:
    explicit Failing(int at) : left_(at) {}
    Result<Want> begin(const EntryHeader&) override {
      BH_CHECK(count());
      return Want::stream;
    }
    Result<void> data(ByteView) override { return count(); }
    Result<void> end() override { return count(); }
    void note(Error, bool) override {}

   private:
    Result<void> count() {
      return left_-- > 0 ? Result<void>{} : Result<void>(fail(Code::io, "the sink is full"));
    }
    int left_;
  };
  const std::string tar = tar_file("a", "abc") + tar_file("b", "def") + tar_end();
  for (int at = 0; at < 6; ++at) {
    SCOPED_TRACE(at);
    Failing sink(at);
    const Limits limits;
    TarReader reader(sink, limits);
    const Result<void> result = reader.feed(as_bytes(tar));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::io);
    EXPECT_TRUE(reader.feed(as_bytes(tar)));  // only counted
    EXPECT_TRUE(reader.finish());
  }
}

TEST(TarReader, WalksMillionsOfEntries) {
  class Counting final : public EntrySink {
   public:
    Result<Want> begin(const EntryHeader&) override {
      ++count;
      return Want::skip;
    }
    Result<void> data(ByteView) override { return {}; }
    Result<void> end() override { return {}; }
    void note(Error, bool) override {}
    std::uint64_t count = 0;
  } sink;
  const Limits limits;
  TarReader reader(sink, limits);
  std::string chunk;
  for (int i = 0; i < 100; ++i) chunk += TarHeader{.name = fmt::format("f{}", i)}.block();
  for (int i = 0; i < 30'000; ++i) ASSERT_TRUE(reader.feed(as_bytes(chunk)));
  ASSERT_TRUE(reader.finish());
  EXPECT_EQ(sink.count, 3'000'000U);
  EXPECT_EQ(reader.entry_count(), 3'000'000U);
}

}  // namespace
}  // namespace bulkhead::archive
