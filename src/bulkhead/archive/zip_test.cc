#include "bulkhead/archive/zip.h"

#include <zlib.h>

#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/io/source.h"

namespace bulkhead::archive {
namespace {

std::string le(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i, value >>= 8) out.push_back(static_cast<char>(value));
  return out;
}

std::string deflate_raw(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  std::string in(text);
  std::string out(deflateBound(&stream, in.size()) + 16, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::uint32_t crc_of(std::string_view text) {
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

struct Member {
  std::string name;
  std::string text;
  std::uint16_t method = 8;
  std::uint16_t flags = 0;
  bool has_descriptor = false;              // sizes behind the data, 0 in the local header
  bool is_zip64 = false;                    // sizes in the extra field
  std::optional<std::uint64_t> claim = {};  // of the size, in the directory
  std::optional<std::uint64_t> header_offset = {};
};

struct Build {
  std::vector<Member> members;
  std::string prefix = {};
  std::string comment = {};
  bool is_prefix_counted = false;  // the offsets count from the file's first byte
  bool has_end64 = false;
  std::optional<std::uint64_t> records = {};
};

std::string build_zip(const Build& build) {
  std::string out = build.prefix;
  std::string directory;
  const std::uint64_t base = build.is_prefix_counted ? 0 : build.prefix.size();
  for (const Member& member : build.members) {
    const std::string data = member.method == 8 ? deflate_raw(member.text) : member.text;
    const std::uint64_t offset = member.header_offset.value_or(out.size() - base);
    const std::uint64_t size = member.claim.value_or(member.text.size());
    const std::string crc = le(crc_of(member.text), 4);
    const int flags = member.flags | (member.has_descriptor ? 8 : 0);
    const std::string sizes = le(data.size(), 4) + le(size, 4);
    out += le(0x04034b50, 4) + le(20, 2) + le(static_cast<std::uint64_t>(flags), 2) +
           le(member.method, 2) + le(0, 4) + (member.has_descriptor ? le(0, 12) : crc + sizes) +
           le(member.name.size(), 2) + le(4, 2) + member.name + le(0x7777, 2) + le(0, 2) + data;
    if (member.has_descriptor) out += le(0x08074b50, 4) + crc + sizes;
    std::string extra = le(0x5555, 2) + le(1, 2) + "x";
    if (member.is_zip64) {
      extra += le(1, 2) + le(24, 2) + le(size, 8) + le(data.size(), 8) + le(offset, 8);
    }
    directory += le(0x02014b50, 4) + le(20, 2) + le(20, 2) +
                 le(static_cast<std::uint64_t>(flags), 2) + le(member.method, 2) + le(0, 4) + crc +
                 (member.is_zip64 ? le(UINT64_MAX, 8) : sizes) + le(member.name.size(), 2) +
                 le(extra.size(), 2) + le(3, 2) + le(0, 8) +
                 le(member.is_zip64 ? UINT64_MAX : offset, 4) + member.name + extra + "why";
  }
  const std::uint64_t at = out.size();
  out += directory;
  const std::uint64_t records = build.records.value_or(build.members.size());
  if (build.has_end64) {
    const std::uint64_t end64 = out.size() - base;
    out += le(0x06064b50, 4) + le(44, 8) + le(45, 2) + le(45, 2) + le(0, 8) + le(records, 8) +
           le(records, 8) + le(directory.size(), 8) + le(at - base, 8);
    out += le(0x07064b50, 4) + le(0, 4) + le(end64, 8) + le(1, 4);
  }
  const std::uint64_t all = UINT64_MAX;
  out += le(0x06054b50, 4) + le(0, 4) + le(build.has_end64 ? all : records, 2) +
         le(build.has_end64 ? all : records, 2) + le(build.has_end64 ? all : directory.size(), 4) +
         le(build.has_end64 ? all : at - base, 4) + le(build.comment.size(), 2) + build.comment;
  return out;
}

constexpr std::uint64_t kMost = 1 << 20;

// "NAME=TEXT" of each member, or what went wrong.
std::vector<std::string> read_all_members(const std::string& zip, const Limits& limits = {},
                                          std::uint64_t most = kMost) {
  const auto source = io::memory_source(zip);
  const auto members = read_zip_directory(*source, limits);
  if (!members) {
    return {fmt::format("{}: {}", code_name(members.error().code), members.error().what)};
  }
  std::vector<std::string> out;
  for (const ZipMember& member : *members) {
    const auto text = read_zip_member(*source, member, most);
    out.push_back(text ? member.name + "=" + *text
                       : fmt::format("{}! {}: {}", member.name, code_name(text.error().code),
                                     text.error().what));
  }
  return out;
}

TEST(Zip, ReadsWhatWritersMake) {
  struct Row {
    std::string_view why;
    Build build;
    std::vector<std::string> want;
  };
  const std::string text(5000, 't');
  const std::vector<Row> rows = {
      {"empty", {}, {}},
      {"stored and deflated", {{{"a", "abc", 0}, {"b", text}}}, {"a=abc", "b=" + text}},
      {"an empty file and a folder", {{{"e", ""}, {"d/", "", 0}}}, {"e=", "d/="}},
      {"data descriptor", {{{.name = "a", .text = "abc", .has_descriptor = true}}}, {"a=abc"}},
      {"zip64 fields", {{{.name = "a", .text = "abc", .is_zip64 = true}}}, {"a=abc"}},
      {"zip64 end record", {.members = {{"a", "abc"}}, .has_end64 = true}, {"a=abc"}},
      {"a program before it", {.members = {{"a", "abc"}}, .prefix = "#!/bin/sh\n"}, {"a=abc"}},
      {"a program before it, offsets from the file's start",
       {.members = {{"a", "abc"}}, .prefix = "#!/bin/sh\n", .is_prefix_counted = true},
       {"a=abc"}},
      {"a program before a zip64",
       {.members = {{.name = "a", .text = "abc", .is_zip64 = true}},
        .prefix = "#!/bin/sh\n",
        .has_end64 = true},
       {"a=abc"}},
      {"a comment", {.members = {{"a", "abc"}}, .comment = "PK\5\6 is the mark"}, {"a=abc"}},
      {"names are bytes, and come twice",
       {{{"\xff\xfe../x", "1"}, {"a", "2"}, {"a", "3"}}},
       {"\xff\xfe../x=1", "a=2", "a=3"}},
      {"members that share bytes",
       {{{"a", "same"}, {.name = "b", .text = "same", .header_offset = 0}}},
       {"a=same", "b=same"}},
      {"encrypted, and a method nobody knows",
       {{{.name = "e", .text = "x", .flags = 1}, {.name = "m", .text = "x", .method = 93}}},
       {"e! unsupported: zip: a member is encrypted",
        "m! unsupported: zip: compression method 93"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(read_all_members(build_zip(row.build)), row.want);
  }
}

TEST(Zip, RefusesLies) {
  struct Row {
    std::string_view why;
    Build build;
    std::string want;
  };
  const std::vector<Row> rows = {
      {"larger than asked for",
       {{{"a", std::string(kMost + 1, 'a')}}},
       "a! limit-exceeded: zip: a member has more than 1048576 bytes"},
      {"a bomb that says it is small",
       {{{.name = "a", .text = std::string(kMost * 8, 'a'), .claim = 10}}},
       "a! malformed: zip: a member has more bytes than the directory says"},
      {"a small one that says it is large",
       {{{.name = "a", .text = "abc", .claim = 1 << 19}}},
       "a! malformed: zip: a member's size is not one that its data can have"},
      {"a little shorter than it says",
       {{{.name = "a", .text = "abc", .claim = 4}}},
       "a! malformed: zip: a member has fewer bytes than the directory says"},
      {"stored in another size",
       {{{.name = "a", .text = "abc", .method = 0, .claim = 2}}},
       "a! malformed: zip: a member's size is not one that its data can have"},
      {"no header there",
       {{{.name = "a", .text = "abc", .header_offset = 7}}},
       "a! malformed: zip: no local header where the directory says"},
      {"a header past the end",
       {{{.name = "a", .text = "abc", .header_offset = 1 << 20}}},
       "malformed: zip: a member's header leaves the file"},
      {"fewer members than it says",
       {.members = {{"a", "abc"}}, .records = 2},
       "malformed: zip: the directory has 1 members where its end record says 2"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(read_all_members(build_zip(row.build)), std::vector{row.want});
  }
  EXPECT_EQ(read_all_members("no zip"), std::vector<std::string>{"malformed: zip: no end record"});
  EXPECT_EQ(read_all_members(""), std::vector<std::string>{"malformed: zip: no end record"});
}

TEST(Zip, MeetsItsLimits) {
  const std::string zip = build_zip({{{"aaaa", "1"}, {"b", "2"}, {"c", "3"}}});
  Limits limits;
  limits.entries = 2;
  EXPECT_EQ(read_all_members(zip, limits),
            std::vector<std::string>{"limit-exceeded: zip: more than 2 members (--max-entries)"});
  limits.entries = 3;
  EXPECT_EQ(read_all_members(zip, limits).size(), 3U);
  limits.path_bytes = 3;
  EXPECT_EQ(
      read_all_members(zip, limits),
      std::vector<std::string>{"limit-exceeded: zip: a name is longer than --max-path-bytes"});
}

TEST(Zip, ReadsDirectoriesLargerThanItsBuffer) {
  Build build;
  for (int i = 0; i < 70'000; ++i) build.members.push_back({fmt::format("member-{}", i), "", 0});
  build.records = build.members.size() & 0xffff;  // as writers without zip64 leave it
  const auto source = io::memory_source(build_zip(build));
  const auto members = read_zip_directory(*source, {});
  ASSERT_TRUE(members) << members.error().what;
  ASSERT_EQ(members->size(), 70'000U);
  EXPECT_EQ(members->back().name, "member-69999");
}

TEST(Zip, SurvivesDamage) {
  const std::string good = build_zip({.members = {{"stored", "some text", 0},
                                                  {"deflated", std::string(300, 'd') + "end"},
                                                  {.name = "z", .text = "64", .is_zip64 = true}},
                                      .has_end64 = true});
  const std::vector<std::string> want = read_all_members(good);
  ASSERT_EQ(want.size(), 3U);
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    // Whatever is cut off takes the end record with it.
    ASSERT_EQ(read_all_members(good.substr(0, cut)).size(), 1U) << cut;
  }
  const std::size_t before = want.size();
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const int bit : {0, 7}) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      for (const std::string& line : read_all_members(bad)) {
        // Text that was read either is the right one or was renamed: never other bytes.
        const std::size_t equals = line.find('=');
        if (equals == line.npos) continue;
        const std::string text = line.substr(equals);
        bool is_known = false;
        for (std::size_t i = 0; i < before; ++i) is_known |= want[i].ends_with(text);
        EXPECT_TRUE(is_known) << at << " " << line;
      }
    }
  }
}

TEST(Zip, ReadsWhatPythonWrites) {
  const std::string path =
      (std::filesystem::temp_directory_path() / fmt::format("bulkhead-zip-{}", ::getpid()))
          .string();
  const std::string command = fmt::format(
      "python3 -c \"import zipfile,io\n"
      "class S(io.RawIOBase):\n"
      "  def __init__(s,f): s.f=f\n"
      "  def writable(s): return True\n"
      "  def write(s,b): return s.f.write(b)\n"
      "with open('{}','wb') as f, zipfile.ZipFile(S(f),'w',zipfile.ZIP_DEFLATED) as z:\n"
      "  for i in range(50): z.writestr('d%d/f' % i, str(i)*i*100)\n"
      "  with z.open('large', 'w', force_zip64=True) as m: m.write(b'x'*300000)\n"
      "\" 2>/dev/null",
      path);
  if (std::system(command.c_str()) != 0) GTEST_SKIP() << "no python3";
  const auto source = io::open_file(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(source);
  const auto members = read_zip_directory(**source, {});
  ASSERT_TRUE(members) << members.error().what;
  ASSERT_EQ(members->size(), 51U);
  for (int i = 0; i < 50; ++i) {
    std::string want;
    for (int n = 0; n < i * 100; ++n) want += std::to_string(i);
    const auto text = read_zip_member(**source, (*members)[static_cast<std::size_t>(i)], kMost);
    ASSERT_TRUE(text) << text.error().what;
    EXPECT_EQ(*text, want);
  }
  EXPECT_EQ(read_zip_member(**source, members->back(), kMost), std::string(300'000, 'x'));
}

}  // namespace
}  // namespace bulkhead::archive
