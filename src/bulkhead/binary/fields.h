#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/io/source.h"

namespace bulkhead::binary {

/// A record of fixed size, whose numbers are in one byte order. Offsets are below its size: whoever
/// asks knows the record.
class Fields {
 public:
  Fields() = default;
  Fields(std::string_view bytes, bool is_big_endian)
      : bytes_(bytes.begin(), bytes.end()), is_big_endian_(is_big_endian) {}

  std::uint16_t u16(std::size_t at) const { return number<std::uint16_t>(at); }
  std::uint32_t u32(std::size_t at) const { return number<std::uint32_t>(at); }
  std::uint64_t u64(std::size_t at) const { return number<std::uint64_t>(at); }
  /// A number as wide as the machine's addresses.
  std::uint64_t word(std::size_t at, bool is_64_bit) const { return is_64_bit ? u64(at) : u32(at); }
  std::string_view text() const { return {bytes_.data(), bytes_.size()}; }
  std::size_t size() const { return bytes_.size(); }

 private:
  template <class T>
  T number(std::size_t at) const {
    T value = 0;
    if (at > bytes_.size() || sizeof(T) > bytes_.size() - at) return value;
    std::memcpy(&value, bytes_.data() + at, sizeof(T));
    const bool is_foreign = is_big_endian_ != (std::endian::native == std::endian::big);
    return is_foreign ? std::byteswap(value) : value;
  }

  std::vector<char> bytes_;
  bool is_big_endian_ = false;
};

/// The `count` bytes at `offset`. @error truncated  The file ends before; io: the file's.
Result<std::string> read_exactly(const io::Source& file, std::uint64_t offset, std::uint64_t count);

/// The same as a record.
inline Result<Fields> read_fields(const io::Source& file, std::uint64_t offset, std::uint64_t count,
                                  bool is_big_endian) {
  BH_TRY(const std::string bytes, read_exactly(file, offset, count));
  return Fields(bytes, is_big_endian);
}

/// The text at `at` of a table of names, up to its NUL; empty where it lies outside.
inline std::string_view name_at(std::string_view names, std::uint64_t at) {
  if (at >= names.size()) return {};
  const std::string_view rest = names.substr(at);
  return rest.substr(0, rest.find('\0'));
}

}  // namespace bulkhead::binary
