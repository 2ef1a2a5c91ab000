#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bulkhead::io::test {

// Makers of compressed data for the tests of this room, by the libraries' encoders.

/// What a member's header holds beside the fixed part.
struct GzipFields {
  std::string extra = {};
  std::string name = {};
  std::string comment = {};
  bool has_header_crc = false;
};
std::string gzip(std::string_view plain, int level = 6, const GzipFields& fields = {});
std::string zstd(std::string_view plain, int level = 3, bool has_checksum = true,
                 int window_log = 0);
std::string zstd_skippable(std::string_view content, unsigned kind = 0);
enum class XzCheck { none, crc32, crc64, sha256 };
std::string xz(std::string_view plain, unsigned preset = 6, XzCheck check = XzCheck::crc64);
std::string bzip2(std::string_view plain, int level = 9);

/// Bytes that compress a little, like a tar of programs and text: the same for the same seed.
std::string sample_bytes(std::size_t size, std::uint32_t seed = 1);

}  // namespace bulkhead::io::test
