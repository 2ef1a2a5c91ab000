// YAML documents: parsed into a tree whose size is bounded.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/format/yaml.h"

namespace {

std::size_t depth_of(const bulkhead::format::YamlNode& node) {
  std::size_t most = 0;
  for (const auto& item : node.items) most = std::max(most, depth_of(item));
  for (const auto& [key, value] : node.members) {
    most = std::max({most, depth_of(key), depth_of(value)});
  }
  return most + 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto node =
      bulkhead::format::parse_yaml(bulkhead::as_text(std::as_bytes(std::span(data, size))));
  if (node && depth_of(*node) > 64) std::abort();
  return 0;
}
