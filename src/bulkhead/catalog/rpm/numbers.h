#pragma once

#include <cstddef>
#include <cstdint>

#include "bulkhead/base/bytes.h"

// Numbers of the rpm databases. Internal to the folder.
namespace bulkhead::catalog::rpm {

/// The little-endian number of `Bytes` bytes at `at`.
/// @pre at + Bytes <= bytes.size()
template <std::size_t Bytes>
std::uint32_t load_le(ByteView bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = Bytes; i-- > 0;) {
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  }
  return value;
}

/// The same, big-endian.
template <std::size_t Bytes>
std::uint32_t load_be(ByteView bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < Bytes; ++i) {
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  }
  return value;
}

}  // namespace bulkhead::catalog::rpm
