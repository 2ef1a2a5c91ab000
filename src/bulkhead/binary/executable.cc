#include "bulkhead/binary/executable.h"

#include <algorithm>

#include "bulkhead/binary/fields.h"
#include "bulkhead/binary/formats.h"

namespace bulkhead::binary {
namespace {

constexpr std::uint64_t kMostNoteBytes = 64 << 10;  // of one segment: notes are some hundred bytes
constexpr std::size_t kNoteHeaderBytes = 12;

std::uint64_t aligned(std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; }

/// Takes the notes of one segment apart: name size, description size, type; both padded to 4.
void take_notes(const Fields& notes, std::vector<ElfNote>& into) {
  const std::string_view text = notes.text();
  for (std::uint64_t at = 0; at + kNoteHeaderBytes <= text.size();) {
    const std::uint64_t name_bytes = notes.u32(at);
    const std::uint64_t description_bytes = notes.u32(at + 4);
    const std::uint64_t description = at + kNoteHeaderBytes + aligned(name_bytes);
    if (description + description_bytes > text.size()) return;
    std::string_view owner = text.substr(at + kNoteHeaderBytes, name_bytes);
    owner = owner.substr(0, owner.find('\0'));
    into.push_back({std::string(owner), notes.u32(at + 8),
                    std::string(text.substr(description, description_bytes))});
    at = description + aligned(description_bytes);
  }
}

}  // namespace

Result<std::string> read_exactly(const io::Source& file, std::uint64_t offset,
                                 std::uint64_t count) {
  if (offset > file.size() || count > file.size() - offset) {
    return fail(Code::truncated, "executable: a part of it lies beyond its end", offset);
  }
  std::string bytes(count, '\0');
  const MutableByteView out(reinterpret_cast<std::byte*>(bytes.data()), bytes.size());
  for (std::size_t have = 0; have < count;) {
    BH_TRY(const std::size_t got, file.read_at(offset + have, out.subspan(have)));
    if (got == 0) return fail(Code::truncated, "executable: it became shorter", offset + have);
    have += got;
  }
  return bytes;
}

std::optional<std::uint64_t> Executable::offset_of(std::uint64_t address) const {
  for (const Segment& segment : segments) {
    if (!segment.is_loaded || address < segment.address) continue;
    if (address - segment.address < segment.size) {
      return segment.offset + (address - segment.address);
    }
  }
  return std::nullopt;
}

Result<Executable> read_executable(const io::Source& file) {
  BH_TRY(const std::string magic, read_exactly(file, 0, 4));
  if (magic ==
      "\x7f"
      "ELF")
    return read_elf(file);
  if (magic.starts_with("MZ")) return read_pe(file);
  return read_mach_o(file);
}

Result<std::vector<Section>> read_sections(const Executable& executable, const io::Source& file) {
  switch (executable.format) {
    case Format::elf:
      return read_elf_sections(executable, file);
    case Format::pe:
      return read_pe_sections(executable, file);
    case Format::mach_o:
      return read_mach_o_sections(executable, file);
  }
  return std::vector<Section>();
}

const Section* find_section(const std::vector<Section>& sections, std::string_view name) {
  const auto found = std::ranges::find(sections, name, &Section::name);
  return found == sections.end() ? nullptr : &*found;
}

std::vector<ElfNote> read_notes(const Executable& executable, const io::Source& file) {
  std::vector<ElfNote> notes;
  for (const Segment& segment : executable.segments) {
    if (!segment.is_note) continue;
    const auto fields = read_fields(file, segment.offset, std::min(segment.size, kMostNoteBytes),
                                    executable.is_big_endian);
    if (fields) take_notes(*fields, notes);
  }
  return notes;
}

}  // namespace bulkhead::binary
