// TOML documents: a tree whose depth is bounded, and all of it can be walked.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/format/toml.h"

namespace {

using bulkhead::format::TomlValue;

std::size_t depth_of(TomlValue value) {
  std::size_t most = 0;
  const auto take = [&](TomlValue child) { most = std::max(most, depth_of(child)); };
  value.for_each_element(take);
  value.for_each_member([&](std::string_view, TomlValue child) { take(child); });
  return most + 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bulkhead::format::TomlDocument document;
  const auto root = document.parse(bulkhead::as_text(std::as_bytes(std::span(data, size))));
  // 64 in a header and 64 in a value, each array of tables once more.
  if (root && depth_of(*root) > 64 * 3) std::abort();
  return 0;
}
