#include <charconv>

#include "bulkhead/binary/formats.h"

// The PE format: https://learn.microsoft.com/windows/win32/debug/pe-format
namespace bulkhead::binary {
namespace {

constexpr std::size_t kHeaderAt = 0x3C;  // of the MS-DOS stub: where the PE header is
constexpr std::size_t kCoffBytes = 24;   // with the signature
constexpr std::size_t kRowBytes = 40;
constexpr std::uint64_t kSymbolBytes = 18;

/// "/123": the name stands in the table of strings behind the symbols.
std::string long_name(std::string_view name, std::uint64_t strings, const io::Source& file) {
  std::uint64_t at = 0;
  const std::string_view digits = name.substr(1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), at);
  if (error != std::errc() || end != digits.data() + digits.size() || strings == 0 ||
      strings > file.size() || at >= file.size() - strings) {
    return std::string(name);
  }
  const std::uint64_t most =
      std::min<std::uint64_t>(kMostSectionNameBytes, file.size() - strings - at);
  const auto text = read_exactly(file, strings + at, most);
  return text ? std::string(name_at(*text, 0)) : std::string(name);
}

}  // namespace

Result<Executable> read_pe(const io::Source& file) {
  BH_TRY(const Fields stub, read_fields(file, kHeaderAt, 4, false));
  const std::uint64_t at = stub.u32(0);
  BH_TRY(const Fields coff, read_fields(file, at, kCoffBytes, false));
  if (!coff.text().starts_with(std::string_view("PE\0\0", 4))) {
    return fail(Code::malformed, "PE: no header behind the stub", at);
  }
  Executable pe;
  pe.format = Format::pe;
  pe.machine = coff.u16(4);
  pe.section_count = coff.u16(6);
  const std::uint64_t symbols = coff.u32(12);
  if (symbols != 0) pe.section_names = symbols + coff.u32(16) * kSymbolBytes;
  const std::uint64_t optional_bytes = coff.u16(20);
  BH_TRY(const Fields optional, read_fields(file, at + kCoffBytes, optional_bytes, false));
  pe.is_64_bit = optional.u16(0) == 0x20B;
  const std::uint64_t base = pe.is_64_bit ? optional.u64(24) : optional.u32(28);
  pe.section_offset = at + kCoffBytes + optional_bytes;
  if (pe.section_count > kMostSegments) {
    return fail(Code::limit_exceeded, "PE: more sections than are read", at + 6);
  }
  for (std::uint64_t i = 0; i < pe.section_count; ++i) {
    BH_TRY(const Fields row,
           read_fields(file, pe.section_offset + i * kRowBytes, kRowBytes, false));
    pe.segments.push_back({base + row.u32(12), row.u32(20), row.u32(16)});
  }
  return pe;
}

Result<std::vector<Section>> read_pe_sections(const Executable& pe, const io::Source& file) {
  std::vector<Section> sections;
  for (std::uint64_t i = 0; i < pe.segments.size(); ++i) {
    const Segment& segment = pe.segments[i];
    BH_TRY(const std::string name, read_exactly(file, pe.section_offset + i * kRowBytes, 8));
    Section section{std::string(name_at(name, 0)), segment.address, segment.offset, segment.size};
    if (section.name.starts_with('/')) {
      section.name = long_name(section.name, pe.section_names, file);
    }
    sections.push_back(std::move(section));
  }
  return sections;
}

}  // namespace bulkhead::binary
