#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/io/source.h"

namespace bulkhead::binary {

enum class Format { elf, pe, mach_o };

/// A part of the file that is loaded as one, and where to.
struct Segment {
  std::uint64_t address = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  // in the file
  bool is_loaded = true;   // ELF: of type PT_LOAD
  bool is_note = false;    // ELF: of type PT_NOTE
};

/// A named part of the file. One that takes no bytes in it (.bss) has size 0.
struct Section {
  std::string name;  // Mach-O: "__SEGMENT,__section"
  std::uint64_t address = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// What the headers of a program or a shared library say.
struct Executable {
  Format format = Format::elf;
  bool is_64_bit = true;
  bool is_big_endian = false;
  std::uint32_t machine = 0;      // as the format numbers them
  std::uint64_t base_offset = 0;  // Mach-O: of the first program in a file for several machines
  std::vector<Segment> segments;

  // Where the table of sections is (ELF, PE); Mach-O lists them with the segments.
  std::uint64_t section_offset = 0;
  std::uint64_t section_count = 0;
  std::uint64_t section_names = 0;  // ELF: the index of the section of names; PE: their offset

  /// Where in the file the byte is that is loaded at `address`; nothing where none is.
  std::optional<std::uint64_t> offset_of(std::uint64_t address) const;
};

/// A record of an ELF note: "Go" with type 4 is Go's build id, "GNU" with type 3 GNU's.
struct ElfNote {
  std::string owner;
  std::uint32_t type = 0;
  std::string description;
};

/// Reads the headers and the segments, which stand at the start of a file: its first 4 KiB do but
/// for a Mach-O file for several machines. Offsets that leave the file are no error here, since
/// `file` may be just its start.
///
/// @error malformed    It is no executable, or its headers contradict each other; truncated: they
///                     end too early; unsupported: a class or byte order that the format does not
///                     define; limit_exceeded: more segments or load commands than are read.
/// @see System V gABI, chapters 4 and 5; the PE format (Microsoft); mach-o/loader.h and fat.h.
Result<Executable> read_executable(const io::Source& file);

/// Reads the table of sections. @error  As read_executable, and where a table leaves the file.
Result<std::vector<Section>> read_sections(const Executable& executable, const io::Source& file);

/// The section of this name; null where there is none.
const Section* find_section(const std::vector<Section>& sections, std::string_view name);

/// The notes in the PT_NOTE segments of an ELF file. Damage ends a segment's notes, not the others.
std::vector<ElfNote> read_notes(const Executable& executable, const io::Source& file);

}  // namespace bulkhead::binary
