#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bulkhead::test_support {

/// One member, and how it lies.
struct ZipPart {
  std::string name;
  std::string text;
  std::uint16_t method = 8;
  std::uint16_t flags = 0;
  bool has_descriptor = false;              // sizes behind the data, 0 in the local header
  bool is_zip64 = false;                    // sizes in the extra field
  std::optional<std::uint64_t> claim = {};  // of the size, in the directory
  std::optional<std::uint64_t> header_offset = {};
};

/// A zip as a test wants it: right, or with a lie in it.
struct ZipBuild {
  std::vector<ZipPart> members;
  std::string prefix = {};
  std::string comment = {};
  bool is_prefix_counted = false;  // the offsets count from the file's first byte
  bool has_end64 = false;
  std::optional<std::uint64_t> records = {};
};

/// @see PKWARE APPNOTE 6.3.9, section 4.3.
std::string build_zip(const ZipBuild& build);

}  // namespace bulkhead::test_support
