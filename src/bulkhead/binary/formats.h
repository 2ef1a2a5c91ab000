#pragma once

#include "bulkhead/binary/executable.h"
#include "bulkhead/binary/fields.h"

// One reader a format, behind read_executable and read_sections.
namespace bulkhead::binary {

// Compilers that give each function a section of its own make some ten thousand in a file.
inline constexpr std::uint64_t kMostSections = 1 << 16;
inline constexpr std::uint64_t kMostSegments = 4096;
inline constexpr std::uint64_t kMostNameBytes = 8 << 20;  // a table of names
// Names may share their ends, so that a small table gives many long ones.
inline constexpr std::size_t kMostSectionNameBytes = 256;

Result<Executable> read_elf(const io::Source& file);
Result<std::vector<Section>> read_elf_sections(const Executable& elf, const io::Source& file);
Result<Executable> read_pe(const io::Source& file);
Result<std::vector<Section>> read_pe_sections(const Executable& pe, const io::Source& file);
Result<Executable> read_mach_o(const io::Source& file);
Result<std::vector<Section>> read_mach_o_sections(const Executable& mach_o, const io::Source& file);

}  // namespace bulkhead::binary
