#include "bulkhead/binary/formats.h"

// System V gABI, "Object Files" and "Program Loading": https://gabi.xinuos.com/elf/
namespace bulkhead::binary {
namespace {

constexpr std::size_t kIdentBytes = 16;
constexpr std::uint32_t kLoad = 1;               // PT_LOAD
constexpr std::uint32_t kNote = 4;               // PT_NOTE
constexpr std::uint32_t kNoBits = 8;             // SHT_NOBITS
constexpr std::uint16_t kManySections = 0xFFFF;  // SHN_XINDEX

struct Layout {
  std::size_t header_bytes, segment_bytes, section_bytes;
};
Layout layout_of(bool is_64_bit) { return is_64_bit ? Layout{64, 56, 64} : Layout{52, 32, 40}; }

Section section_of(const Fields& row, bool is_64_bit) {
  Section section;
  section.address = is_64_bit ? row.u64(16) : row.u32(12);
  section.offset = is_64_bit ? row.u64(24) : row.u32(16);
  section.size = is_64_bit ? row.u64(32) : row.u32(20);
  if (row.u32(4) == kNoBits) section.size = 0;
  return section;
}

}  // namespace

Result<Executable> read_elf(const io::Source& file) {
  BH_TRY(const std::string ident, read_exactly(file, 0, kIdentBytes));
  const auto kind = static_cast<unsigned char>(ident[4]);
  const auto order = static_cast<unsigned char>(ident[5]);
  if ((kind != 1 && kind != 2) || (order != 1 && order != 2)) {
    return fail(Code::unsupported, "ELF: neither of 32 nor of 64 bits, or of no byte order", 4);
  }
  Executable elf;
  elf.is_64_bit = kind == 2;
  elf.is_big_endian = order == 2;
  const Layout layout = layout_of(elf.is_64_bit);
  BH_TRY(const Fields header, read_fields(file, 0, layout.header_bytes, elf.is_big_endian));
  elf.machine = header.u16(18);
  const std::size_t word = elf.is_64_bit ? 8 : 4;
  const std::size_t tables = 24 + word;  // behind the entry point
  const std::uint64_t segments = header.word(tables, elf.is_64_bit);
  elf.section_offset = header.word(tables + word, elf.is_64_bit);
  const std::size_t counts = tables + 2 * word + 4 + 2;  // behind e_flags and e_ehsize
  const std::uint16_t segment_bytes = header.u16(counts);
  const std::uint16_t segment_count = header.u16(counts + 2);
  elf.section_count = header.u16(counts + 6);
  elf.section_names = header.u16(counts + 8);
  if (elf.section_offset != 0 && header.u16(counts + 4) != layout.section_bytes) {
    return fail(Code::malformed, "ELF: its sections' headers are of another size", counts + 4);
  }
  if (segment_count == 0) return elf;   // an object file
  if (segment_count > kMostSegments) {  // also PN_XNUM: what does not fit into the header
    return fail(Code::limit_exceeded, "ELF: more segments than are read", counts + 2);
  }
  if (segment_bytes != layout.segment_bytes) {
    return fail(Code::malformed, "ELF: its segments' headers are of another size", counts);
  }
  for (std::uint64_t i = 0; i < segment_count; ++i) {
    if (segments > file.size()) return fail(Code::truncated, "ELF: it has no segments", segments);
    BH_TRY(const Fields row,
           read_fields(file, segments + i * segment_bytes, segment_bytes, elf.is_big_endian));
    const std::uint32_t type = row.u32(0);
    Segment segment;
    segment.offset = elf.is_64_bit ? row.u64(8) : row.u32(4);
    segment.address = elf.is_64_bit ? row.u64(16) : row.u32(8);
    segment.size = elf.is_64_bit ? row.u64(32) : row.u32(16);
    segment.is_loaded = type == kLoad;
    segment.is_note = type == kNote;
    if (segment.is_loaded || segment.is_note) elf.segments.push_back(segment);
  }
  return elf;
}

Result<std::vector<Section>> read_elf_sections(const Executable& elf, const io::Source& file) {
  std::vector<Section> sections;
  if (elf.section_offset == 0) return sections;
  const std::size_t row_bytes = layout_of(elf.is_64_bit).section_bytes;
  // The first one is of nothing, and tells what does not fit into the header.
  BH_TRY(const Fields first, read_fields(file, elf.section_offset, row_bytes, elf.is_big_endian));
  const std::uint64_t count =
      elf.section_count != 0 ? elf.section_count : (elf.is_64_bit ? first.u64(32) : first.u32(20));
  const std::uint64_t names_index =
      elf.section_names != kManySections ? elf.section_names : first.u32(elf.is_64_bit ? 40 : 24);
  if (count > kMostSections) {
    return fail(Code::limit_exceeded, "ELF: more sections than are read", elf.section_offset);
  }
  BH_TRY(const std::string table, read_exactly(file, elf.section_offset, count * row_bytes));
  if (names_index >= count) {
    return fail(Code::malformed, "ELF: its sections have no names", elf.section_offset);
  }
  const auto row_at = [&](std::uint64_t i) {
    return Fields(std::string_view(table).substr(i * row_bytes, row_bytes), elf.is_big_endian);
  };
  const Section names_section = section_of(row_at(names_index), elf.is_64_bit);
  if (names_section.size > kMostNameBytes) {
    return fail(Code::limit_exceeded, "ELF: longer names of sections than are read",
                names_section.offset);
  }
  BH_TRY(const std::string names, read_exactly(file, names_section.offset, names_section.size));
  for (std::uint64_t i = 1; i < count; ++i) {
    const Fields row = row_at(i);
    Section section = section_of(row, elf.is_64_bit);
    section.name = name_at(names, row.u32(0)).substr(0, kMostSectionNameBytes);
    sections.push_back(std::move(section));
  }
  return sections;
}

}  // namespace bulkhead::binary
