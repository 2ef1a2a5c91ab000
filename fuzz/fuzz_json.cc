// JSON texts: parsed, and every value asked for everything.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "bulkhead/base/bytes.h"
#include "bulkhead/format/json.h"

namespace {

using bulkhead::format::JsonValue;

// The sum keeps the compiler from leaving the reads out.
std::size_t touch(JsonValue value) {
  std::size_t sum = value.size() + value.text_or("").size() + value["id"].exists();
  sum += value.integer().has_value() + value.number().has_value() + value.boolean().has_value();
  value.for_each_element([&](JsonValue element) { sum += touch(element); });
  value.for_each_member(
      [&](std::string_view key, JsonValue member) { sum += key.size() + touch(member); });
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static bulkhead::format::JsonDocument document;
  const auto root = document.parse(bulkhead::as_text(std::as_bytes(std::span(data, size))));
  // Each value is counted a few times over, never more than the text could hold.
  if (root && touch(*root) > 64 * (size + 64)) std::abort();
  return 0;
}
