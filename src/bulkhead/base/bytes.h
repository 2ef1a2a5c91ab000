#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace bulkhead {

/// Bytes of an input: a parameter or a short-lived result, never owned. The owner is named by
/// whoever hands it out.
using ByteView = std::span<const std::byte>;
using MutableByteView = std::span<std::byte>;

inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace bulkhead
