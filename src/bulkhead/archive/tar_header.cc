#include "bulkhead/archive/tar_header.h"

#include <algorithm>
#include <cstring>

#include "bulkhead/archive/tar.h"

namespace bulkhead::archive {
namespace {

// POSIX.1-2017 pax, "ustar Interchange Format", and GNU tar's tar.h for what it keeps where POSIX
// has the prefix.
struct Field {
  std::size_t offset;
  std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUid{108, 8};
constexpr Field kGid{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kMtime{136, 12};
constexpr Field kChecksum{148, 8};
constexpr std::size_t kType = 156;
constexpr Field kLink{157, 100};
constexpr Field kMagic{257, 8};  // with the version behind it
constexpr Field kMajor{329, 8};
constexpr Field kMinor{337, 8};
constexpr Field kPrefix{345, 155};
constexpr Field kStarPrefix{345, 131};
constexpr Field kGnuAtime{345, 12};
constexpr Field kGnuCtime{357, 12};
constexpr Field kStarTrailer{508, 4};

ByteView bytes_of(TarBlock block, Field field) {
  return ByteView(block).subspan(field.offset, field.size);
}

std::string_view text_of(TarBlock block, Field field) { return field_text(bytes_of(block, field)); }

TarNumber number_of(TarBlock block, Field field) {
  const Result<std::int64_t> value = parse_tar_number(bytes_of(block, field));
  return value ? TarNumber{*value, true} : TarNumber{0, false};
}

// The sum of all bytes, eight at a time: every header of a layer passes here. The four 16-bit
// lanes hold at most 64 * 2 * 255 each, so none runs over.
std::uint32_t sum_bytes(TarBlock block) {
  constexpr std::uint64_t kLow = 0x00ff00ff00ff00ffULL;
  std::uint64_t lanes = 0;
  for (std::size_t at = 0; at < kTarBlock; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, block.data() + at, sizeof word);
    lanes += (word & kLow) + ((word >> 8) & kLow);
  }
  return static_cast<std::uint32_t>((lanes & 0xffff) + ((lanes >> 16) & 0xffff) +
                                    ((lanes >> 32) & 0xffff) + (lanes >> 48));
}

std::int64_t count_high(ByteView bytes) {
  return std::count_if(bytes.begin(), bytes.end(),
                       [](std::byte b) { return std::to_integer<unsigned>(b) >= 0x80; });
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// GNU headers keep two times where POSIX has the prefix. Go's writer before 1.8 (and so old
// Docker layers) put a prefix there all the same; Go's reader takes it for one when the times
// do not parse, and so do we.
std::string_view gnu_prefix(TarBlock block) {
  if (block[kPrefix.offset] == std::byte{0}) return {};
  if (number_of(block, kGnuAtime).is_good && number_of(block, kGnuCtime).is_good) return {};
  const std::string_view prefix = text_of(block, kPrefix);
  return is_ascii(prefix) ? prefix : std::string_view{};
}

}  // namespace

std::string_view field_text(ByteView field) {
  const std::string_view text = as_text(field);
  const void* end = text.empty() ? nullptr : std::memchr(text.data(), '\0', text.size());
  if (end == nullptr) return text;
  return text.substr(0, static_cast<std::size_t>(static_cast<const char*>(end) - text.data()));
}

BlockKind classify_block(TarBlock block) {
  const std::int64_t all = sum_bytes(block);
  if (all == 0) return BlockKind::zero;
  const TarNumber stored = number_of(block, kChecksum);
  if (!stored.is_good) return BlockKind::other;
  const ByteView field = bytes_of(block, kChecksum);
  std::int64_t want = all + static_cast<std::int64_t>(kChecksum.size) * ' ';
  for (const std::byte byte : field) want -= std::to_integer<std::int64_t>(byte);
  if (stored.value == want) return BlockKind::header;
  const std::int64_t as_signed = want - 256 * (count_high(block) - count_high(field));
  return stored.value == as_signed ? BlockKind::header : BlockKind::other;
}

TarFields read_fields(TarBlock block) {
  TarFields fields;
  fields.name = text_of(block, kName);
  fields.link = text_of(block, kLink);
  fields.type = read_type(block);
  fields.mode = number_of(block, kMode);
  fields.uid = number_of(block, kUid);
  fields.gid = number_of(block, kGid);
  fields.size = number_of(block, kSize);
  fields.mtime = number_of(block, kMtime);
  const std::string_view magic = as_text(bytes_of(block, kMagic));
  if (magic.starts_with("ustar  ")) {
    fields.prefix = gnu_prefix(block);
  } else if (magic.starts_with(std::string_view("ustar\0", 6))) {
    const bool is_star = as_text(bytes_of(block, kStarTrailer)) == std::string_view("tar\0", 4);
    fields.prefix = text_of(block, is_star ? kStarPrefix : kPrefix);
  } else {
    fields.is_v7 = true;
  }
  return fields;
}

char read_type(TarBlock block) { return static_cast<char>(block[kType]); }

TarDevice read_device(TarBlock block) {
  return {number_of(block, kMajor), number_of(block, kMinor)};
}

}  // namespace bulkhead::archive
