#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace bulkhead::catalog::executable {

/// The first place in `text`, at or after `from` and below `places`, where one of `prefixes`
/// begins; `places` where there is none. It looks at 16 places at a time, on any processor (the
/// compilers' vectors), since all bytes of all programs of an image go through it.
///
/// @param places  At most text.size(). A prefix that the end of `text` cuts is not found.
template <std::size_t Bytes, std::size_t Count>
std::size_t find_prefix(std::string_view text, std::size_t from, std::size_t places,
                        const std::array<std::array<unsigned char, Bytes>, Count>& prefixes) {
  using Vector [[gnu::vector_size(16)]] = unsigned char;
  constexpr std::size_t kLanes = 16;
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  const auto begins_at = [&](std::size_t at) {
    for (const auto& prefix : prefixes) {
      if (at + Bytes <= text.size() && std::memcmp(bytes + at, prefix.data(), Bytes) == 0) {
        return true;
      }
    }
    return false;
  };
  std::size_t at = from;
  for (; at < places && at + kLanes + Bytes - 1 <= text.size(); at += kLanes) {
    std::array<Vector, Bytes> seen;
    for (std::size_t i = 0; i < Bytes; ++i) std::memcpy(&seen[i], bytes + at + i, kLanes);
    Vector hits = {};
    for (const auto& prefix : prefixes) {
      Vector hit = (Vector)(seen[0] == prefix[0]);
      for (std::size_t i = 1; i < Bytes; ++i) hit &= (Vector)(seen[i] == prefix[i]);
      hits |= hit;
    }
    std::array<std::uint64_t, 2> words;
    std::memcpy(words.data(), &hits, sizeof words);
    if ((words[0] | words[1]) == 0) continue;
    for (std::size_t i = at; i < at + kLanes && i < places; ++i) {
      if (begins_at(i)) return i;
    }
  }
  for (; at < places; ++at) {
    if (begins_at(at)) return at;
  }
  return places;
}

}  // namespace bulkhead::catalog::executable
