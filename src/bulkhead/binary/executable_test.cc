#include "bulkhead/binary/executable.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/elf_builder.h"

namespace bulkhead::binary {
namespace {

using test_support::ElfBuilder;

std::string little(std::uint64_t value, std::size_t bytes) {
  return ElfBuilder(true, false).number(value, bytes);
}

void put(std::string& bytes, std::size_t at, std::string_view text) {
  bytes.replace(at, text.size(), text);
}

/// All that the room can tell of `bytes`.
std::string read_all_of(const std::string& bytes) {
  const auto file = io::memory_source(bytes);
  const auto executable = read_executable(*file);
  if (!executable) return std::string(code_name(executable.error().code));
  std::string told = executable->is_64_bit ? "64" : "32";
  told += executable->is_big_endian ? "BE" : "LE";
  for (const ElfNote& note : read_notes(*executable, *file)) {
    told += " note " + note.owner + "=" + note.description;
  }
  const auto sections = read_sections(*executable, *file);
  if (!sections) return told + " " + std::string(code_name(sections.error().code));
  for (const Section& section : *sections) {
    told += " " + section.name;
    if (section.size < 16 && section.offset + section.size <= bytes.size()) {
      told += "=" + bytes.substr(section.offset, section.size);
    }
  }
  return told;
}

TEST(Executable, ReadsElfOfBothClassesAndOrders) {
  for (const bool is_64_bit : {true, false}) {
    for (const bool is_big_endian : {true, false}) {
      const ElfBuilder builder(is_64_bit, is_big_endian);
      const std::string bytes = builder.build({
          {".note.go.buildid", builder.note("Go", 4, "abc/def"), 0, true},
          {".text", "code", 0x1000},
          {".data", "data", 0x8000},
          {".dep-v0", "deps"},
      });
      const std::string expected = std::string(is_64_bit ? "64" : "32") +
                                   (is_big_endian ? "BE" : "LE") +
                                   " note Go=abc/def .note.go.buildid .text=code .data=data"
                                   " .dep-v0=deps .shstrtab";
      EXPECT_EQ(read_all_of(bytes), expected);
      const auto executable = read_executable(*io::memory_source(bytes));
      ASSERT_TRUE(executable);
      const auto offset = executable->offset_of(0x8002);
      ASSERT_TRUE(offset);
      EXPECT_EQ(bytes.substr(*offset, 2), "ta");
      EXPECT_FALSE(executable->offset_of(0x8004));
      EXPECT_FALSE(executable->offset_of(0));
    }
  }
}

/// A PE file with one short and one long name.
std::string pe_file(bool is_64_bit) {
  std::string bytes(0x400, '\0');
  put(bytes, 0, "MZ");
  put(bytes, 0x3C, little(0x80, 4));
  const std::uint64_t optional_bytes = is_64_bit ? 240 : 224;
  put(bytes, 0x80,
      std::string("PE\0\0", 4) + little(0x8664, 2) + little(2, 2) + little(0, 4) +
          little(0x300, 4) + little(1, 4) + little(optional_bytes, 2));
  put(bytes, 0x98, little(is_64_bit ? 0x20B : 0x10B, 2));
  put(bytes, 0x98 + (is_64_bit ? 24 : 28), little(0x400000, is_64_bit ? 8 : 4));
  const std::size_t rows = 0x98 + optional_bytes;
  put(bytes, rows, ".text");
  put(bytes, rows + 8, little(4, 4) + little(0x1000, 4) + little(4, 4) + little(0x380, 4));
  put(bytes, rows + 40, "/4");
  put(bytes, rows + 48, little(4, 4) + little(0x2000, 4) + little(4, 4) + little(0x390, 4));
  put(bytes, 0x300 + 18 + 4, ".debug_gdb_scripts");
  put(bytes, 0x380, "code");
  put(bytes, 0x390, "more");
  return bytes;
}

TEST(Executable, ReadsPe) {
  EXPECT_EQ(read_all_of(pe_file(true)), "64LE .text=code .debug_gdb_scripts=more");
  EXPECT_EQ(read_all_of(pe_file(false)), "32LE .text=code .debug_gdb_scripts=more");
  const auto pe = read_executable(*io::memory_source(pe_file(true)));
  ASSERT_TRUE(pe);
  EXPECT_EQ(pe->offset_of(0x402001), 0x391);
}

std::string mach_o_file() {
  std::string bytes = little(0xFEEDFACF, 4) + little(0x01000007, 4) + little(3, 4) + little(2, 4) +
                      little(1, 4) + little(152, 4) + little(0, 8);
  std::string command = little(0x19, 4) + little(152, 4);
  command += std::string("__DATA\0\0\0\0\0\0\0\0\0\0", 16);
  command += little(0x100000000, 8) + little(0x1000, 8) + little(0, 8) + little(0x200, 8);
  command += little(0, 8) + little(1, 4) + little(0, 4);
  command += std::string("__go_buildinfo\0\0", 16) + std::string("__DATA\0\0\0\0\0\0\0\0\0\0", 16);
  command += little(0x100000100, 8) + little(4, 8) + little(0x100, 4);
  command.resize(152, '\0');
  bytes += command;
  bytes.resize(0x200, '\0');
  put(bytes, 0x100, "info");
  return bytes;
}

TEST(Executable, ReadsMachO) {
  EXPECT_EQ(read_all_of(mach_o_file()), "64LE __DATA,__go_buildinfo=info");
  const ElfBuilder big(true, true);
  std::string fat = big.number(0xCAFEBABE, 4) + big.number(1, 4) + big.number(0x01000007, 4) +
                    big.number(3, 4) + big.number(0x1000, 4) + big.number(0x200, 4);
  fat.resize(0x1000, '\0');
  EXPECT_EQ(read_all_of(fat + mach_o_file()), "64LE __DATA,__go_buildinfo=info");
}

TEST(Executable, RefusesWhatItIsNot) {
  EXPECT_EQ(read_all_of(""), "truncated");
  EXPECT_EQ(read_all_of("#!/bin/sh\n"), "malformed");
  EXPECT_EQ(read_all_of(std::string("\x7f"
                                    "ELF\x03\x01\x01\0\0\0\0\0\0\0\0\0",
                                    16)),
            "unsupported");
  EXPECT_EQ(read_all_of("MZ" + std::string(100, '\0')), "malformed");
}

TEST(Executable, NeverLeavesADamagedFile) {
  const ElfBuilder builder(true, false);
  for (const std::string& good :
       {builder.build({{".note", builder.note("Go", 4, "id"), 0, true}, {".data", "data", 0x10}}),
        ElfBuilder(false, true).build({{".data", "data", 0x10}}), pe_file(true), mach_o_file()}) {
    for (std::size_t cut = 0; cut < good.size(); ++cut) read_all_of(good.substr(0, cut));
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const char value : {'\xFF', '\0', '\x7f'}) {
        std::string bad = good;
        bad[at] = value;
        read_all_of(bad);
      }
    }
  }
}

TEST(Executable, ReadsThisVeryTest) {
  const auto file = io::open_file("/proc/self/exe");
  ASSERT_TRUE(file);
  const auto executable = read_executable(**file);
  ASSERT_TRUE(executable) << executable.error().what;
  const auto sections = read_sections(*executable, **file);
  ASSERT_TRUE(sections) << sections.error().what;
  const Section* const text = find_section(*sections, ".text");
  ASSERT_NE(text, nullptr);
  EXPECT_EQ(executable->offset_of(text->address), text->offset);
  EXPECT_EQ(find_section(*sections, ".dep-v0"), nullptr);
}

}  // namespace
}  // namespace bulkhead::binary
