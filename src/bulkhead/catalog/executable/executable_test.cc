#include "bulkhead/catalog/executable/executable.h"

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"
#include "bulkhead/catalog/executable/go_modules.h"
#include "bulkhead/catalog/executable/overlap.h"
#include "bulkhead/catalog/executable/prefix_scan.h"
#include "tests/support/compress.h"
#include "tests/support/elf_builder.h"

namespace bulkhead::catalog::executable {
namespace {

using test_support::ElfBuilder;

const std::string kBegin = "\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6";
const std::string kEnd("\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2", 16);
const std::string kMagic = "\xff Go buildinf:";
constexpr std::string_view kModules =
    "path\texample.com/tool\n"
    "mod\texample.com/tool\tv1.4.0\th1:abc=\n"
    "dep\tgolang.org/x/net\tv0.7.0\th1:abc=\n"
    "dep\tgithub.com/a/b\tv1.0.0\n"
    "=>\tgithub.com/fork/b\tv1.0.1\th1:abc=\n";
const std::vector<std::string> kModuleRows = {"example.com/tool v1.4.0", "github.com/fork/b v1.0.1",
                                              "golang.org/x/net v0.7.0"};

std::string framed(std::string_view modules) { return kBegin + std::string(modules) + kEnd; }

std::string varint(std::size_t value) {
  std::string text;
  for (; value >= 0x80; value >>= 7) text.push_back(static_cast<char>(value | 0x80));
  text.push_back(static_cast<char>(value));
  return text;
}

/// What the linker writes since Go 1.18.
std::string inline_info(std::string_view release, std::string_view modules) {
  std::string bytes = kMagic + std::string("\x08\x02", 2);
  bytes.resize(32, '\0');
  const std::string text = modules.empty() ? "" : framed(modules);
  return bytes + varint(release.size()) + std::string(release) + varint(text.size()) + text;
}

/// A program of today; its strings are there a second time, as the runtime keeps them.
std::string go_program(std::string_view release = "go1.21.3", std::string_view modules = kModules) {
  return ElfBuilder(true, false)
      .build(
          {{".text", std::string(5000, '\x90'), 0x401000},
           {".rodata", "go1.21go1.4" + framed(modules) + "\xff Go buildinf: is a magic", 0x500000},
           {".go.buildinfo", inline_info(release, modules), 0x600000},
           {".noptrdata", std::string(3000, 'x'), 0x610000}});
}

/// A program of Go 1.13 to 1.17: pointers to strings' headers, which point to what went before.
std::string old_go_program(bool is_64_bit, bool is_big_endian) {
  const ElfBuilder builder(is_64_bit, is_big_endian);
  const std::string rodata = "go1.2go1.16.7go1.9" + framed(kModules);
  constexpr std::uint64_t kRodata = 0x500000;
  constexpr std::uint64_t kInfo = 0x600000;
  std::string info = kMagic + builder.number(is_64_bit ? 8 : 4, 1);
  info += builder.number(is_big_endian ? 1 : 0, 1);
  info += builder.word(kInfo + 64) + builder.word(kInfo + 96);
  info.resize(64, '\0');
  info += builder.word(kRodata + 5) + builder.word(8);
  info.resize(96, '\0');
  info += builder.word(kRodata + 18) + builder.word(rodata.size() - 18);
  return builder.build({{".text", std::string(5000, '\x90'), 0x401000},
                        {".rodata", rodata, kRodata},
                        {".go.buildinfo", info, kInfo}});
}

std::string rust_program(std::string_view list) {
  // zlib's data are gzip's with another header and another sum behind them.
  const std::string gzip = test_support::compress(list, io::Compression::gzip);
  const std::string deflate = gzip.substr(10, gzip.size() - 18);
  return ElfBuilder(true, false)
      .build({{".text", "x\x01x\x9cx\xda" + std::string(5000, '\x90'), 0x401000},
              {".dep-v0", "\x78\x9c" + deflate + "1234", 0x500000},
              {".data", std::string(3000, 'x'), 0x600000}});
}

constexpr std::string_view kCrates =
    R"({"packages":[{"name":"adler","version":"1.0.2","source":"crates.io"},)"
    R"({"name":"cc","version":"1.0.79","source":"crates.io","kind":"build"},)"
    R"({"name":"tool","version":"0.1.0","source":"local","dependencies":[0],"root":true}]})";

std::vector<std::string> rows_of_file(std::string bytes, std::size_t chunk = 4096) {
  TestOptions options;
  options.chunk = chunk;
  const TestScan scan = run_inspector("executable", {{"usr/bin/tool", std::move(bytes)}}, options);
  std::vector<std::string> rows;
  for (const Package& p : scan.inventory.packages) {
    rows.push_back(p.name + " " + p.version);
    EXPECT_EQ(p.origin, Origin::embedded);
    EXPECT_EQ(p.locations.front().path, "/usr/bin/tool");
  }
  for (const Note& n : scan.notes) rows.push_back("note: " + n.what);
  return rows;
}

std::vector<std::string> with_stdlib(std::string_view version) {
  std::vector<std::string> rows = kModuleRows;
  rows.push_back("stdlib " + std::string(version));
  return rows;
}

TEST(Executable, ReadsGoSince118) {
  for (const std::size_t chunk : {1UL, 7UL, 63UL, 64UL, 65UL, 4096UL, 1UL << 20}) {
    EXPECT_EQ(rows_of_file(go_program(), chunk), with_stdlib("1.21.3")) << chunk;
  }
}

TEST(Executable, ReadsGoBefore118) {
  for (const bool is_64_bit : {true, false}) {
    for (const bool is_big_endian : {true, false}) {
      for (const std::size_t chunk : {1UL, 13UL, 4096UL, 1UL << 20}) {
        EXPECT_EQ(rows_of_file(old_go_program(is_64_bit, is_big_endian), chunk),
                  with_stdlib("1.16.7"))
            << is_64_bit << is_big_endian << chunk;
      }
    }
  }
}

TEST(Executable, ReadsGoWithoutModules) {
  EXPECT_EQ(rows_of_file(go_program("go1.19", "")), std::vector<std::string>{"stdlib 1.19"});
  EXPECT_TRUE(rows_of_file(go_program("devel go1.22-0123abc", "")).empty());
  EXPECT_EQ(rows_of_file(go_program("devel go1.22-0123abc")), kModuleRows);
}

TEST(Executable, ReadsGoInGo) {
  const std::string inner = go_program("go1.20.1", "mod\texample.com/inner\tv0.1.0\t\n");
  std::string outer = ElfBuilder(true, false)
                          .build({{".rodata", inner, 0x400000},
                                  {".go.buildinfo", inline_info("go1.21.3", kModules), 0x600000}});
  std::vector<std::string> rows = with_stdlib("1.20.1");
  rows.emplace(rows.begin(), "example.com/inner v0.1.0");
  rows.push_back("stdlib 1.21.3");
  EXPECT_EQ(rows_of_file(std::move(outer)), rows);
}

TEST(Executable, ReadsGoInOtherFormats) {
  for (const std::string_view magic :
       {std::string_view("MZ"), std::string_view("\xcf\xfa\xed\xfe")}) {
    std::string bytes(4096, '\0');
    bytes.replace(0, magic.size(), magic);
    EXPECT_EQ(rows_of_file(bytes + inline_info("go1.21.3", kModules)), with_stdlib("1.21.3"));
  }
}

TEST(Executable, ReadsRust) {
  const std::vector<std::string> rows = {"adler 1.0.2", "tool 0.1.0"};
  for (const std::size_t chunk : {1UL, 7UL, 511UL, 512UL, 4096UL, 1UL << 20}) {
    EXPECT_EQ(rows_of_file(rust_program(kCrates), chunk), rows) << chunk;
  }
}

TEST(Executable, SearchesNoGoProgramForCrates) {
  const ElfBuilder builder(true, false);
  const std::string note = builder.note("Go", 4, "abc/def");
  const std::string list = rust_program(kCrates).substr(5000);
  const std::string bytes =
      builder.build({{".note.go.buildid", note, 0, true}, {".data", list, 0x600000}});
  EXPECT_TRUE(rows_of_file(bytes).empty());
  EXPECT_EQ(rows_of_file(builder.build({{".data", list, 0x600000}})).size(), 2U);
}

TEST(Executable, NotesBrokenListsOfCrates) {
  EXPECT_TRUE(rows_of_file(rust_program(R"({"other":[]})")).empty());
  EXPECT_TRUE(rows_of_file(rust_program(R"({"oth)")).empty());
  const auto rows = rows_of_file(rust_program(R"({"packages":[{"name")"));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].starts_with("note: cargo-auditable: ")) << rows[0];
  std::string list = R"({"packages":[)";
  for (int i = 0; i < 5000; ++i) {
    list += R"({"name":"a)" + std::to_string(i * 7919) + R"(","version":"1.0.0"},)";
  }
  const std::string bytes = rust_program(list + "{}]}");
  EXPECT_EQ(rows_of_file(bytes).size(), 5000U);
  EXPECT_EQ(
      rows_of_file(bytes.substr(0, 20'000)),
      std::vector<std::string>{"note: cargo-auditable: the file ends within its list of crates"});
}

TEST(Executable, BoundsWhatABombCosts) {
  const std::string bomb = rust_program("{\"" + std::string(20 << 20, ' '));
  const auto rows = rows_of_file(bomb);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].contains("more that looks like")) << rows[0];
  std::string headers(1 << 20, '\x78');  // a place to try at every other byte
  for (std::size_t i = 1; i < headers.size(); i += 2) headers[i] = '\x9c';
  const auto tried = rows_of_file(ElfBuilder(true, false).build({{".text", headers}}));
  EXPECT_LE(tried.size(), 1U);
  std::string marks;
  for (int i = 0; i < 5000; ++i) marks += kBegin;
  EXPECT_LE(rows_of_file(ElfBuilder(true, false).build({{".text", marks}})).size(), 1U);
}

TEST(Executable, SurvivesDamage) {
  const std::string go = inline_info("go1.21.3", kModules);
  for (const std::string& good :
       {"\x7f"
        "ELF" +
            std::string(12, '\0') + go,
        old_go_program(true, false).substr(4096), rust_program(kCrates).substr(5000)}) {
    for (std::size_t cut = 0; cut < good.size(); cut += 3) rows_of_file(good.substr(0, cut));
    for (std::size_t at = 0; at < good.size(); at += 5) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 0x41);
      rows_of_file(bad);
    }
  }
}

struct ModuleCase {
  std::string_view text, row, why;
};

TEST(GoModules, TellTheMainModulesVersion) {
  constexpr ModuleCase kCases[] = {
      {"mod\ta.b/c\tv1.2.3\th1:x\n", "a.b/c v1.2.3", "stamped by Go"},
      {"mod\ta.b/c\t(devel)\t\n", "a.b/c (devel)", "nothing is known"},
      {"mod\ta.b/c\t(devel)\t\nbuild\tvcs=git\nbuild\tvcs.revision=0123456789abcdef0123\n"
       "build\tvcs.time=2023-01-02T03:04:05Z\nbuild\tvcs.modified=false\n",
       "a.b/c v0.0.0-20230102030405-0123456789ab", "a pseudo-version"},
      {"mod\ta.b/c/v3\t(devel)\t\nbuild\tvcs.revision=0123456789abcdef0123\n"
       "build\tvcs.time=2023-01-02T04:04:05+01:00\nbuild\tvcs.modified=true\n",
       "a.b/c/v3 v3.0.0-20230102030405-0123456789ab+dirty", "changed files, a major version"},
      {"mod\tgopkg.in/y.v2\t(devel)\t\nbuild\tvcs.revision=0123456789abcdef0123\n"
       "build\tvcs.time=2023-01-02T03:04:05Z\n",
       "gopkg.in/y.v2 v2.0.0-20230102030405-0123456789ab", "gopkg.in's major version"},
      {"mod\ta.b/c\t(devel)\t\nbuild\t-ldflags=\"-s -w -X main.version=2.3.1 -X main.date=x\"\n"
       "build\tvcs.revision=0123456789abcdef0123\nbuild\tvcs.time=2023-01-02T03:04:05Z\n",
       "a.b/c v2.3.1", "what was stamped goes before"},
      {"mod\ta.b/c\t(devel)\t\nbuild\t-ldflags=\"-X 'a.b/c/internal/build.Version=v2.3.1-rc.1'\"\n",
       "a.b/c v2.3.1-rc.1", "a package of its own, quoted"},
      {"mod\ta.b/c\t(devel)\t\nbuild\t-ldflags=-X=main.Version=2.3.1\n", "a.b/c v2.3.1", "-X="},
      {"mod\ta.b/c\t(devel)\t\nbuild\t-ldflags=\"-X d.e/f.Version=9.9.9 -X main.version=dev\"\n",
       "a.b/c (devel)", "a dependency's, and no version"},
      {"mod\ta.b/c\t(devel)\t\nbuild\t-ldflags=\"-X main.version=20230102 -X main.commit=1.2.3\"\n",
       "a.b/c (devel)", "a date; a variable that is no version's"},
      {"dep\ta.b/c\tv1.0.0\n=>\t./local\t(devel)\t\n", "a.b/c v1.0.0", "a folder in its place"},
      {"dep\ta.b/c\tv1.0.0\n=>\td.e/f\tv1.0.1\th1:x\n", "d.e/f v1.0.1", "another in its place"},
      {"=>\td.e/f\tv1.0.1\ndep\na\tb\tc\ndep\ta\x01\tv1\n", "", "lines that say nothing"},
  };
  for (const ModuleCase& c : kCases) {
    std::vector<Part> found;
    read_go_modules(c.text, found);
    const std::string row = found.empty() ? "" : found[0].name + " " + found[0].version;
    EXPECT_EQ(row, c.row) << c.why;
  }
}

TEST(GoModules, NamesTheStandardLibrary) {
  const auto release_of = [](std::string_view text) {
    std::vector<Part> found;
    read_go_release(text, found);
    return found.empty() ? "" : found[0].name + " " + found[0].version;
  };
  EXPECT_EQ(release_of("go1.21.3"), "stdlib 1.21.3");
  EXPECT_EQ(release_of("go1.21rc2 X:boringcrypto"), "stdlib 1.21rc2");
  EXPECT_EQ(release_of("devel go1.22-0123abc Mon"), "");
  EXPECT_EQ(release_of("go"), "");
  EXPECT_EQ(release_of(""), "");
}

TEST(PrefixScan, FindsWhatASimpleSearchFinds) {
  std::string text;
  for (std::uint32_t i = 0, x = 1; i < 4000; ++i, x = x * 1103515245 + 12345) {
    text.push_back("abc"[(x >> 16) % 3]);
  }
  for (const std::size_t places : {text.size(), text.size() - 5, std::size_t{20}}) {
    for (std::size_t from = 0; from <= places; ++from) {
      std::size_t simple = from;
      while (simple < places && text.compare(simple, 3, "abc") != 0 &&
             text.compare(simple, 3, "baa") != 0) {
        ++simple;
      }
      ASSERT_EQ((find_prefix<Prefix<'a', 'b', 'c'>, Prefix<'b', 'a', 'a'>>(text, from, places)),
                simple)
          << from;
    }
  }
}

TEST(Overlap, ShowsEachPlaceOnceWithWhatFollows) {
  std::string text;
  for (int i = 0; i < 300; ++i) text.push_back(static_cast<char>(i));
  for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) {
    Overlap overlap(16);
    std::uint64_t next = 0;
    const auto search = [&](bool is_end) {
      return [&, is_end](std::string_view shown, std::uint64_t offset, std::size_t places) {
        ASSERT_EQ(offset, next);
        ASSERT_EQ(shown, std::string_view(text).substr(offset, shown.size()));
        if (!is_end) {
          ASSERT_GE(shown.size(), places + 15);
        }
        next += places;
      };
    };
    for (std::size_t at = 0; at < text.size(); at += chunk) {
      overlap.data(as_bytes(std::string_view(text).substr(at, chunk)), search(false));
    }
    overlap.end(search(true));
    ASSERT_EQ(next, text.size()) << chunk;
  }
}

}  // namespace
}  // namespace bulkhead::catalog::executable
