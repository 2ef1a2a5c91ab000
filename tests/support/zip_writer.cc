#include "tests/support/zip_writer.h"

#include <zlib.h>

#include <string_view>

namespace bulkhead::test_support {
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

}  // namespace

std::string build_zip(const ZipBuild& build) {
  std::string out = build.prefix;
  std::string directory;
  const std::uint64_t base = build.is_prefix_counted ? 0 : build.prefix.size();
  for (const ZipPart& member : build.members) {
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

}  // namespace bulkhead::test_support
