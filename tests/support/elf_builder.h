#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::test_support {

/// A section of an ELF file that a test makes up.
struct ElfPart {
  std::string name;
  std::string bytes;
  std::uint64_t address = 0;  // not 0: it is loaded there, by a segment of its own
  bool is_note = false;
};

/// Writes ELF files of both classes and byte orders.
class ElfBuilder {
 public:
  ElfBuilder(bool is_64_bit, bool is_big_endian)
      : is_64_bit_(is_64_bit), is_big_endian_(is_big_endian) {}

  /// `value` in `bytes` bytes of the file's order.
  std::string number(std::uint64_t value, std::size_t bytes) const {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) {
      const std::size_t shift = 8 * (is_big_endian_ ? bytes - 1 - i : i);
      text.push_back(static_cast<char>(value >> shift & 0xFF));
    }
    return text;
  }
  std::string word(std::uint64_t value) const { return number(value, is_64_bit_ ? 8 : 4); }

  /// A record of a note, padded.
  std::string note(std::string_view owner, std::uint32_t type, std::string_view text) const {
    std::string record = number(owner.size() + 1, 4) + number(text.size(), 4) + number(type, 4);
    const auto pad = [&] { record.resize((record.size() + 3) / 4 * 4, '\0'); };
    record.append(owner).push_back('\0');
    pad();
    record += text;
    pad();
    return record;
  }

  /// The file: header, segments, the parts' bytes (each at a multiple of 16), names, sections.
  std::string build(std::vector<ElfPart> parts) const {
    const std::size_t header_bytes = is_64_bit_ ? 64 : 52;
    const std::size_t segment_bytes = is_64_bit_ ? 56 : 32;
    const std::size_t section_bytes = is_64_bit_ ? 64 : 40;
    std::size_t segment_count = 0;
    for (const ElfPart& part : parts) segment_count += part.address != 0 || part.is_note ? 1 : 0;
    std::string names(1, '\0');
    parts.push_back({".shstrtab", {}});
    std::vector<std::size_t> name_offsets;
    for (const ElfPart& part : parts) {
      name_offsets.push_back(names.size());
      names += part.name + '\0';
    }
    parts.back().bytes = names;

    std::string body;
    std::string segments;
    std::string sections(section_bytes, '\0');
    const std::size_t body_at = header_bytes + segment_count * segment_bytes;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const ElfPart& part = parts[i];
      while ((body_at + body.size()) % 16 != 0) body.push_back('\0');
      const std::uint64_t offset = body_at + body.size();
      const std::uint64_t size = part.bytes.size();
      body += part.bytes;
      if (part.address != 0 || part.is_note) {
        const std::uint32_t type = part.is_note ? 4 : 1;
        segments += number(type, 4);
        if (is_64_bit_) segments += number(6, 4);  // readable, writable
        segments +=
            word(offset) + word(part.address) + word(part.address) + word(size) + word(size);
        if (!is_64_bit_) segments += number(6, 4);
        segments += word(16);
      }
      sections += number(name_offsets[i], 4) + number(1, 4) + word(2) + word(part.address) +
                  word(offset) + word(size) + number(0, 4) + number(0, 4) + word(16) + word(0);
    }
    const std::uint64_t section_at = body_at + body.size();
    std::string header(
        "\x7f"
        "ELF",
        4);
    header += number(is_64_bit_ ? 2 : 1, 1) + number(is_big_endian_ ? 2 : 1, 1) + number(1, 1);
    header.resize(16, '\0');
    header += number(2, 2) + number(62, 2) + number(1, 4) + word(0);
    header += word(segment_count == 0 ? 0 : header_bytes) + word(section_at) + number(0, 4);
    header += number(header_bytes, 2) + number(segment_bytes, 2) + number(segment_count, 2);
    header += number(section_bytes, 2) + number(parts.size() + 1, 2) + number(parts.size(), 2);
    return header + segments + body + sections;
  }

 private:
  bool is_64_bit_;
  bool is_big_endian_;
};

}  // namespace bulkhead::test_support
