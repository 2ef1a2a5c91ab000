#include <cstddef>

#include "bulkhead/archive/tar.h"

namespace bulkhead::archive {
namespace {

constexpr std::uint64_t kMax = INT64_MAX;

// Two's complement, most significant byte first; bit 7 of the first byte is only the mark.
Result<std::int64_t> parse_base256(ByteView field) {
  const auto first = std::to_integer<std::uint8_t>(field[0]);
  const bool is_negative = (first & 0x40) != 0;
  const std::uint8_t flip = is_negative ? 0xff : 0;  // reads the complement of a negative value
  std::uint64_t value = (first ^ flip) & 0x7fU;
  for (const std::byte byte : field.subspan(1)) {
    if (value > (kMax >> 8)) return fail(Code::limit_exceeded, "tar: number above 63 bits");
    value = value << 8 | (std::to_integer<std::uint8_t>(byte) ^ flip);
  }
  if (value > kMax) return fail(Code::limit_exceeded, "tar: number above 63 bits");
  return is_negative ? -static_cast<std::int64_t>(value) - 1 : static_cast<std::int64_t>(value);
}

bool is_blank(char c) { return c == ' ' || c == '\0'; }

}  // namespace

Result<std::int64_t> parse_tar_number(ByteView field) {
  if (field.empty()) return 0;
  if ((field[0] & std::byte{0x80}) != std::byte{0}) return parse_base256(field);
  const std::string_view text = as_text(field);
  std::size_t at = 0;
  // Leading NULs too: an old writer let the field before this one overflow by its NUL.
  while (at < text.size() && is_blank(text[at])) ++at;
  std::uint64_t value = 0;
  for (; at < text.size() && !is_blank(text[at]); ++at) {
    if (text[at] < '0' || text[at] > '7') {
      return fail(Code::malformed, "tar: number is not octal", at);
    }
    if (value > (kMax >> 3)) return fail(Code::limit_exceeded, "tar: number above 63 bits", at);
    value = value << 3 | static_cast<std::uint64_t>(text[at] - '0');
  }
  return static_cast<std::int64_t>(value);
}

}  // namespace bulkhead::archive
