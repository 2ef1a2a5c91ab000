#include "bulkhead/archive/zip.h"

#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/io/source.h"
#include "tests/support/zip_writer.h"

namespace bulkhead::archive {
namespace {

using test_support::build_zip;
using Build = test_support::ZipBuild;

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

TEST(Zip, FindsStoredMembersInTheSource) {
  const std::string zip = build_zip({{{"s", "stored", 0}, {"d", "deflated"}, {"e", "x", 0, 1}}});
  const auto source = io::memory_source(zip);
  const auto members = read_zip_directory(*source, {});
  ASSERT_TRUE(members);
  const auto stored = find_stored_member(*source, (*members)[0]);
  ASSERT_TRUE(stored && *stored);
  EXPECT_EQ(zip.substr(**stored, 6), "stored");
  for (const std::size_t i : {1U, 2U}) {
    const auto other = find_stored_member(*source, (*members)[i]);
    ASSERT_TRUE(other) << i;
    EXPECT_FALSE(other->has_value()) << i;
  }
}

TEST(Zip, StopsWhereItsTakerDoes) {
  const auto source =
      io::memory_source(build_zip({{{"a", "1"}, {"b", std::string(300'000, 'b')}}}));
  int seen = 0;
  const auto walked = walk_zip_directory(*source, {}, [&](ZipMember&& member) -> Result<void> {
    ++seen;
    if (member.name == "a") return {};
    const auto streamed = stream_zip_member(*source, member, kMost, [&](ByteView) -> Result<void> {
      ++seen;
      return fail(Code::io, "full");
    });
    return streamed;
  });
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().what, "full");
  EXPECT_EQ(seen, 3);
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
