#include "tests/support/tar_writer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace bulkhead::test_support {
namespace {

using tar_field::kSize;

constexpr std::size_t kBlock = 512;
using Header = std::array<char, kBlock>;

void put(Header& header, std::size_t offset, std::string_view bytes) {
  const std::size_t length = std::min(bytes.size(), offset < kBlock ? kBlock - offset : 0);
  std::copy_n(bytes.data(), length, header.begin() + static_cast<std::ptrdiff_t>(offset));
}

bool fits_octal(std::int64_t value, std::size_t width) {
  return value >= 0 && value < std::int64_t{1} << std::min<std::size_t>(3 * (width - 1), 62);
}

/// GNU tar manual, "Extensions to the ustar format": the top bit set, then two's complement, most
/// significant byte first.
std::string base256(std::int64_t value, std::size_t width) {
  std::string field(width, value < 0 ? '\xff' : '\0');
  auto rest = static_cast<std::uint64_t>(value);
  for (std::size_t i = 0; i < std::min<std::size_t>(width, 8); ++i, rest >>= 8) {
    field[width - 1 - i] = static_cast<char>(rest & 0xff);
  }
  field[0] = static_cast<char>(static_cast<unsigned char>(field[0]) | 0x80);
  return field;
}

/// Octal digits and a NUL. What does not fit becomes base-256 where the dialect has it, else the
/// low digits remain.
std::string number(std::int64_t value, std::size_t width, TarFormat format, bool force_base256) {
  if (force_base256 || (format == TarFormat::gnu && !fits_octal(value, width))) {
    return base256(value, width);
  }
  std::string digits = fmt::format(
      "{:0{}o}", static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)), width - 1);
  digits = digits.substr(digits.size() - (width - 1));
  digits.push_back('\0');
  return digits;
}

struct SplitName {
  std::string_view prefix;
  std::string_view name;
};

/// Where a ustar name over 100 bytes can be cut in two at a "/"; else nothing.
std::optional<SplitName> split_ustar(std::string_view path) {
  if (path.size() <= 100) return SplitName{"", path};
  if (path.size() > 256) return std::nullopt;
  const std::size_t slash = path.find('/', path.size() - 101);
  if (slash == std::string_view::npos || slash > 155 || slash == 0 || slash + 1 == path.size()) {
    return std::nullopt;
  }
  return SplitName{path.substr(0, slash), path.substr(slash + 1)};
}

using Records = std::vector<std::pair<std::string, std::string>>;

std::string sparse_map_text(const SparseMap& map, std::string_view separator) {
  std::string text;
  for (const auto& [offset, length] : map.segments) {
    if (!text.empty()) text += separator;
    text += fmt::format("{}{}{}", offset, separator, length);
  }
  return text;
}

void add_sparse_records(const TarEntry& entry, Records& records) {
  const SparseMap& map = *entry.sparse;
  const std::string size = std::to_string(map.real_size_bytes);
  const std::string count = std::to_string(map.segments.size());
  switch (map.form) {
    case SparseForm::gnu_old:
      break;
    case SparseForm::pax_0_0:
      records.emplace_back("GNU.sparse.size", size);
      records.emplace_back("GNU.sparse.numblocks", count);
      for (const auto& [offset, length] : map.segments) {
        records.emplace_back("GNU.sparse.offset", std::to_string(offset));
        records.emplace_back("GNU.sparse.numbytes", std::to_string(length));
      }
      break;
    case SparseForm::pax_0_1:
      records.emplace_back("GNU.sparse.name", entry.path);
      records.emplace_back("GNU.sparse.size", size);
      records.emplace_back("GNU.sparse.numblocks", count);
      records.emplace_back("GNU.sparse.map", sparse_map_text(map, ","));
      break;
    case SparseForm::pax_1_0:
      records.emplace_back("GNU.sparse.major", "1");
      records.emplace_back("GNU.sparse.minor", "0");
      records.emplace_back("GNU.sparse.name", entry.path);
      records.emplace_back("GNU.sparse.realsize", size);
      break;
  }
}

/// What the member stores: for version 1.0 the map in decimal lines goes before the segments.
std::string stored_data(const TarEntry& entry) {
  if (!entry.sparse || entry.sparse->form != SparseForm::pax_1_0) return entry.data;
  std::string text = fmt::format("{}\n", entry.sparse->segments.size());
  if (!entry.sparse->segments.empty()) text += sparse_map_text(*entry.sparse, "\n") + "\n";
  text.resize((text.size() + kBlock - 1) / kBlock * kBlock, '\0');
  return text + entry.data;
}

std::string stored_path(const TarEntry& entry) {
  const bool is_renamed = entry.sparse && (entry.sparse->form == SparseForm::pax_0_1 ||
                                           entry.sparse->form == SparseForm::pax_1_0);
  if (!is_renamed) return entry.path;
  const std::size_t slash = entry.path.rfind('/');
  const std::size_t name = slash == std::string::npos ? 0 : slash + 1;
  return entry.path.substr(0, name) + "GNUSparseFile.0/" + entry.path.substr(name);
}

std::string sparse_slots(const SparseMap& map, std::size_t from, std::size_t most) {
  std::string slots;
  const std::size_t end = std::min(map.segments.size(), from + most);
  for (std::size_t i = from; i < end; ++i) {
    slots += number(static_cast<std::int64_t>(map.segments[i].first), 12, TarFormat::gnu, false);
    slots += number(static_cast<std::int64_t>(map.segments[i].second), 12, TarFormat::gnu, false);
  }
  return slots;
}

bool has_old_sparse(const TarEntry& entry) {
  return entry.sparse && entry.sparse->form == SparseForm::gnu_old;
}

}  // namespace

TarEntry file(std::string path, std::string data, std::uint32_t mode) {
  TarEntry entry{.path = std::move(path), .data = std::move(data)};
  entry.mode = mode;
  return entry;
}

TarEntry directory(std::string path, std::uint32_t mode) {
  TarEntry entry{.path = std::move(path), .type = '5'};
  entry.mode = mode;
  return entry;
}

TarEntry symlink(std::string path, std::string target) {
  TarEntry entry{.path = std::move(path), .type = '2', .link = std::move(target)};
  entry.mode = 0777;
  return entry;
}

TarEntry hardlink(std::string path, std::string target) {
  return {.path = std::move(path), .type = '1', .link = std::move(target)};
}

TarEntry whiteout(std::string_view removed_path) {
  const std::size_t slash = removed_path.rfind('/');
  const std::size_t name = slash == std::string_view::npos ? 0 : slash + 1;
  return file(fmt::format("{}.wh.{}", removed_path.substr(0, name), removed_path.substr(name)), "");
}

TarEntry opaque_whiteout(std::string_view directory_path) {
  return file(std::string(directory_path) + "/.wh..wh..opq", "");
}

std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;  // space, "=", newline
  std::size_t length = rest + 1;
  while (std::to_string(length).size() + rest != length) ++length;
  return fmt::format("{} {}={}\n", length, key, value);
}

void TarWriter::raw(std::string_view bytes) {
  sink_(bytes);
  written_ += bytes.size();
}

void TarWriter::pad() {
  const std::size_t over = written_ % kBlock;
  if (over != 0) raw(std::string(kBlock - over, '\0'));
}

void TarWriter::finish(std::size_t end_blocks) { raw(std::string(end_blocks * kBlock, '\0')); }

void TarWriter::add_extension(char type, std::string_view body) {
  TarEntry entry{.path = type == 'x' || type == 'g' ? "PaxHeader" : "././@LongLink", .type = type};
  write_header(entry, type == 'x' || type == 'g' ? TarFormat::ustar : TarFormat::gnu, body.size(),
               entry.path);
  raw(body);
  pad();
}

void TarWriter::add_global_pax(std::span<const std::pair<std::string, std::string>> records) {
  std::string body;
  for (const auto& [key, value] : records) body += pax_record(key, value);
  add_extension('g', body);
}

void TarWriter::write_extensions(const TarEntry& entry, TarFormat format, std::uint64_t size_bytes,
                                 std::string_view path) {
  Records records = entry.pax_records;
  if (entry.sparse) add_sparse_records(entry, records);
  for (const auto& [name, value] : entry.xattrs)
    records.emplace_back("SCHILY.xattr." + name, value);
  if (format == TarFormat::pax) {
    if (!split_ustar(path)) records.emplace_back("path", entry.path);
    if (entry.link.size() > 100) records.emplace_back("linkpath", entry.link);
    const auto size = static_cast<std::int64_t>(size_bytes);
    if (!entry.use_base256 && !fits_octal(size, 12)) {
      records.emplace_back("size", std::to_string(size_bytes));
    }
    if (!entry.use_base256 && !fits_octal(entry.uid, 8)) {
      records.emplace_back("uid", std::to_string(entry.uid));
    }
    if (!entry.use_base256 && !fits_octal(entry.gid, 8)) {
      records.emplace_back("gid", std::to_string(entry.gid));
    }
    if (!entry.use_base256 && !fits_octal(entry.mtime_unix_s, 12)) {
      records.emplace_back("mtime", std::to_string(entry.mtime_unix_s));
    }
  }
  if (!records.empty()) {
    std::string body;
    for (const auto& [key, value] : records) body += pax_record(key, value);
    add_extension('x', body);
  }
  if (format == TarFormat::gnu) {
    if (entry.link.size() > 100) add_extension('K', entry.link + '\0');
    if (path.size() > 100) add_extension('L', std::string(path) + '\0');
  }
}

void TarWriter::write_header(const TarEntry& entry, TarFormat format, std::uint64_t size_bytes,
                             std::string_view path) {
  Header header{};
  SplitName name{"", path.substr(0, 100)};
  if (format == TarFormat::ustar || format == TarFormat::pax) {
    name = split_ustar(path).value_or(name);
  }
  const bool b256 = entry.use_base256;
  const auto size = static_cast<std::int64_t>(entry.claimed_size.value_or(size_bytes));
  put(header, tar_field::kName, name.name);
  put(header, tar_field::kMode, number(entry.mode, 8, format, false));
  put(header, tar_field::kUid, number(entry.uid, 8, format, b256));
  put(header, tar_field::kGid, number(entry.gid, 8, format, b256));
  put(header, tar_field::kSize, number(size, 12, format, b256));
  put(header, tar_field::kMtime, number(entry.mtime_unix_s, 12, format, b256));
  put(header, tar_field::kType, std::string_view(&entry.type, 1));
  put(header, tar_field::kLink, std::string_view(entry.link).substr(0, 100));
  if (format != TarFormat::v7) {
    using namespace std::string_view_literals;
    put(header, tar_field::kMagic, format == TarFormat::gnu ? "ustar  \0"sv : "ustar\00000"sv);
    put(header, tar_field::kUser, std::string_view(entry.user).substr(0, 31));
    put(header, tar_field::kGroup, std::string_view(entry.group).substr(0, 31));
    put(header, tar_field::kMajor, number(entry.device_major, 8, format, false));
    put(header, tar_field::kMinor, number(entry.device_minor, 8, format, false));
    put(header, tar_field::kPrefix, name.prefix);
  }
  if (has_old_sparse(entry)) {  // type 'S', and GNU tar's `struct oldgnu_header`: 4 slots, a flag,
                                // the real size
    put(header, tar_field::kType, "S");
    put(header, 386, sparse_slots(*entry.sparse, 0, 4));
    put(header, 482, entry.sparse->segments.size() > 4 ? "\1" : "");
    put(header, 483,
        number(static_cast<std::int64_t>(entry.sparse->real_size_bytes), 12, TarFormat::gnu,
               false));
  }
  for (const HeaderPatch& patch : entry.patches) put(header, patch.offset, patch.bytes);

  put(header, tar_field::kChecksum, "        ");  // counts as spaces while it is made
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(header, tar_field::kChecksum,
      entry.checksum.value_or(fmt::format("{:06o}", sum) + std::string("\0 ", 2)));
  raw({header.data(), header.size()});
}

void TarWriter::add(const TarEntry& entry) {
  const TarFormat format = entry.format.value_or(format_);
  const std::string data = stored_data(entry);
  const std::string path = stored_path(entry);
  write_extensions(entry, format, data.size(), path);
  write_header(entry, has_old_sparse(entry) ? TarFormat::gnu : format, data.size(), path);
  if (has_old_sparse(entry)) {  // `struct sparse_header`: 21 slots and a flag a block
    const std::size_t count = entry.sparse->segments.size();
    for (std::size_t i = 4; i < count; i += 21) {
      std::string block = sparse_slots(*entry.sparse, i, 21);
      block.resize(kBlock, '\0');
      block[504] = i + 21 < count ? '\1' : '\0';
      raw(block);
    }
  }
  raw(data);
  if (entry.is_padded) pad();
}

void TarWriter::add_filled(const TarEntry& entry, std::uint64_t size_bytes, char fill) {
  const TarFormat format = entry.format.value_or(format_);
  write_extensions(entry, format, size_bytes, entry.path);
  write_header(entry, format, size_bytes, entry.path);
  const std::string piece(std::min<std::uint64_t>(size_bytes, 1 << 20), fill);
  for (std::uint64_t left = size_bytes; left > 0;) {
    const std::uint64_t length = std::min<std::uint64_t>(left, piece.size());
    raw(std::string_view(piece).substr(0, length));
    left -= length;
  }
  if (entry.is_padded) pad();
}

std::string make_tar(std::span<const TarEntry> entries, TarFormat format) {
  std::string bytes;
  TarWriter writer([&bytes](std::string_view piece) { bytes += piece; }, format);
  for (const TarEntry& entry : entries) writer.add(entry);
  writer.finish();
  return bytes;
}

}  // namespace bulkhead::test_support
