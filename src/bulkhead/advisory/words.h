#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Numbers of 64 bits in the store's blobs, little-endian.
namespace bulkhead::advisory {

inline constexpr std::size_t kWordBytes = 8;

inline void append_word(std::uint64_t word, std::string& to) {
  char bytes[kWordBytes];
  for (char& byte : bytes) {
    byte = static_cast<char>(word & 0xff);
    word >>= 8;
  }
  to.append(bytes, kWordBytes);
}

/// @param place  In words; the caller has seen to it that there is one.
inline std::uint64_t word_at(std::string_view words, std::size_t place) {
  std::uint64_t word = 0;
  for (std::size_t i = kWordBytes; i-- > 0;) {
    word = (word << 8) | static_cast<unsigned char>(words[place * kWordBytes + i]);
  }
  return word;
}

}  // namespace bulkhead::advisory
