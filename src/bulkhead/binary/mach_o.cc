#include "bulkhead/binary/formats.h"

// mach-o/loader.h and mach-o/fat.h of Apple's cctools.
namespace bulkhead::binary {
namespace {

constexpr std::uint32_t kFat = 0xCAFEBABE;  // big-endian, as all of a fat header
constexpr std::uint32_t kMagic32 = 0xFEEDFACE;
constexpr std::uint32_t kMagic64 = 0xFEEDFACF;
constexpr std::uint32_t kSegment32 = 1;     // LC_SEGMENT
constexpr std::uint32_t kSegment64 = 0x19;  // LC_SEGMENT_64
constexpr std::uint64_t kMostCommandBytes = 1 << 20;

std::string text_at(const Fields& fields, std::size_t at) {
  return std::string(name_at(fields.text().substr(at, 16), 0));
}

/// visit(Fields) for each command that describes a segment.
template <class Visit>
Result<void> for_each_segment(const Executable& mach_o, const io::Source& file, Visit visit) {
  const std::uint64_t begin = mach_o.base_offset + (mach_o.is_64_bit ? 32 : 28);
  BH_TRY(const Fields header, read_fields(file, mach_o.base_offset, 28, mach_o.is_big_endian));
  const std::uint64_t count = header.u32(16);
  const std::uint64_t bytes = header.u32(20);
  if (bytes > kMostCommandBytes) {
    return fail(Code::limit_exceeded, "Mach-O: more load commands than are read", begin);
  }
  BH_TRY(const std::string table, read_exactly(file, begin, bytes));
  const std::string_view commands = table;
  std::uint64_t at = 0;
  for (std::uint64_t i = 0; i < count && at + 8 <= bytes; ++i) {
    const Fields start(commands.substr(at, 8), mach_o.is_big_endian);
    const std::uint64_t size = start.u32(4);
    if (size < 8 || size > bytes - at) {
      return fail(Code::malformed, "Mach-O: a load command leaves their table", begin + at);
    }
    const bool is_segment = start.u32(0) == (mach_o.is_64_bit ? kSegment64 : kSegment32);
    if (is_segment && size >= (mach_o.is_64_bit ? 72 : 56)) {
      visit(Fields(commands.substr(at, size), mach_o.is_big_endian));
    }
    at += size;
  }
  return {};
}

}  // namespace

Result<Executable> read_mach_o(const io::Source& file) {
  Executable mach_o;
  mach_o.format = Format::mach_o;
  BH_TRY(Fields magic, read_fields(file, 0, 4, true));
  if (magic.u32(0) == kFat) {
    BH_TRY(const Fields first, read_fields(file, 8, 20, true));
    mach_o.base_offset = first.u32(8);
    BH_TRY(magic, read_fields(file, mach_o.base_offset, 4, true));
  }
  const std::uint32_t big = magic.u32(0);
  const std::uint32_t little = std::byteswap(big);
  mach_o.is_big_endian = big == kMagic32 || big == kMagic64;
  mach_o.is_64_bit = big == kMagic64 || little == kMagic64;
  if (!mach_o.is_big_endian && !mach_o.is_64_bit && little != kMagic32) {
    return fail(Code::malformed, "executable: of no known format");
  }
  BH_TRY(const Fields header, read_fields(file, mach_o.base_offset, 28, mach_o.is_big_endian));
  mach_o.machine = header.u32(4);
  BH_CHECK(for_each_segment(mach_o, file, [&](const Fields& row) {
    Segment segment;
    segment.address = row.word(24, mach_o.is_64_bit);
    segment.offset = mach_o.base_offset + (mach_o.is_64_bit ? row.u64(40) : row.u32(32));
    segment.size = mach_o.is_64_bit ? row.u64(48) : row.u32(36);
    if (mach_o.segments.size() < kMostSegments) mach_o.segments.push_back(segment);
  }));
  return mach_o;
}

Result<std::vector<Section>> read_mach_o_sections(const Executable& mach_o,
                                                  const io::Source& file) {
  std::vector<Section> sections;
  BH_CHECK(for_each_segment(mach_o, file, [&](const Fields& row) {
    const std::size_t row_bytes = mach_o.is_64_bit ? 80 : 68;
    std::size_t at = mach_o.is_64_bit ? 72 : 56;
    for (std::uint32_t left = row.u32(at - 8); left > 0 && at + row_bytes <= row.size(); --left) {
      Section section;
      section.name = text_at(row, at + 16) + "," + text_at(row, at);
      section.address = row.word(at + 32, mach_o.is_64_bit);
      section.size = mach_o.is_64_bit ? row.u64(at + 40) : row.u32(at + 36);
      section.offset =
          mach_o.base_offset + (mach_o.is_64_bit ? row.u32(at + 48) : row.u32(at + 40));
      sections.push_back(std::move(section));
      at += row_bytes;
    }
  }));
  return sections;
}

}  // namespace bulkhead::binary
