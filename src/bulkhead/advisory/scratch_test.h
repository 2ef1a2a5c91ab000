#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/base/bytes.h"
#include "bulkhead/io/crc32.h"

namespace bulkhead::advisory {

/// A folder of a test's own that goes with it.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "bulkhead-adv-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string path(std::string_view name = "") const {
    return name.empty() ? path_ : path_ + "/" + std::string(name);
  }
  /// Writes a file below it, with the folders above, and returns its path.
  std::string put(std::string_view name, std::string_view text) const {
    const std::string whole = path(name);
    std::filesystem::create_directories(std::filesystem::path(whole).parent_path());
    std::ofstream(whole, std::ios::binary) << text;
    return whole;
  }

 private:
  std::string path_;
};

inline std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string le(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i, value /= 256) out += static_cast<char>(value & 0xff);
  return out;
}

using Files = std::vector<std::pair<std::string, std::string>>;

/// A zip of members that are stored as they are.
inline std::string make_zip(const Files& files) {
  std::string out;
  std::string directory;
  for (const auto& [name, text] : files) {
    const std::string sizes = le(io::update_crc32(0, as_bytes(text)), 4) + le(text.size(), 4) +
                              le(text.size(), 4) + le(name.size(), 2) + le(0, 2);
    directory += le(0x02014b50, 4) + le(20, 2) + le(20, 2) + le(0, 8) + sizes + le(0, 10) +
                 le(out.size(), 4) + name;
    out += le(0x04034b50, 4) + le(20, 2) + le(0, 8) + sizes + name + text;
  }
  const std::size_t at = out.size();
  return out + directory + le(0x06054b50, 4) + le(0, 4) + le(files.size(), 2) +
         le(files.size(), 2) + le(directory.size(), 4) + le(at, 4) + le(0, 2);
}

}  // namespace bulkhead::advisory
