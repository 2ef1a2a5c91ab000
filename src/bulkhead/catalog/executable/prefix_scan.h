#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace bulkhead::catalog::executable {

/// Bytes that a search begins with; all prefixes of one search are equally long.
template <unsigned char... Bytes>
struct Prefix {
  static constexpr std::size_t kBytes = sizeof...(Bytes);
  static constexpr std::array<unsigned char, kBytes> kText = {Bytes...};
};

namespace prefix_scan {

using Vector [[gnu::vector_size(16)]] = unsigned char;
using Words [[gnu::vector_size(16)]] = std::uint64_t;
inline constexpr std::size_t kLanes = sizeof(Vector);

inline Vector load(const unsigned char* bytes) {
  Vector vector;
  std::memcpy(&vector, bytes, sizeof vector);
  return vector;
}

/// The lanes of `bytes` where `OnePrefix` begins. Written without loops: GCC leaves them, and
/// calls, in place.
template <class OnePrefix, std::size_t... At>
[[gnu::always_inline]] inline Vector hits_of(const unsigned char* bytes,
                                             std::index_sequence<At...>) {
  return ((Vector)(load(bytes + At) == OnePrefix::kText[At]) & ...);
}

template <class... Prefixes>
[[gnu::always_inline]] inline Vector hits_of(const unsigned char* bytes) {
  return (hits_of<Prefixes>(bytes, std::make_index_sequence<Prefixes::kBytes>()) | ...);
}

inline bool has_any(Vector hits) {
  const Words words = (Words)hits;
  return (words[0] | words[1]) != 0;
}

}  // namespace prefix_scan

/// The first place in `text`, at or after `from` and below `places`, where one of `Prefixes`
/// begins; `places` where there is none. It looks at 64 places at a time, on any processor (the
/// compilers' vectors), since all bytes of all programs of an image go through it.
///
/// @param places  At most text.size(). A prefix that the end of `text` cuts is not found.
template <class First, class... Others>
std::size_t find_prefix(std::string_view text, std::size_t from, std::size_t places) {
  using prefix_scan::kLanes;
  static_assert(((First::kBytes == Others::kBytes) && ...));
  constexpr std::size_t kStep = 4 * kLanes;
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  const std::size_t last = text.size() < First::kBytes ? 0 : text.size() - First::kBytes + 1;
  const auto begins_at = [bytes](std::size_t at) {
    const auto begins = [&]<class OnePrefix>(const OnePrefix&) {
      return std::memcmp(bytes + at, OnePrefix::kText.data(), OnePrefix::kBytes) == 0;
    };
    return (begins(First()) || ... || begins(Others()));
  };
  std::size_t at = from;
  const auto scan_to = [&](std::size_t end) {
    for (; at < end; ++at) {
      if (begins_at(at)) return true;
    }
    return false;
  };
  const std::size_t end = places < last ? places : last;
  while (at + kStep <= end) {
    const auto hits = [&](std::size_t i) {
      return prefix_scan::hits_of<First, Others...>(bytes + at + i * kLanes);
    };
    if (prefix_scan::has_any((hits(0) | hits(1)) | (hits(2) | hits(3)))) {
      if (scan_to(at + kStep)) return at;
    } else {
      at += kStep;
    }
  }
  return scan_to(end) ? at : places;
}

}  // namespace bulkhead::catalog::executable
