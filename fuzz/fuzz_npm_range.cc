// The input is a byte for the rule of pre-releases, a range up to the first newline, and a version.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "bulkhead/base/bytes.h"
#include "bulkhead/version/npm.h"
#include "bulkhead/version/npm_range.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using bulkhead::version::NpmPreviews;
  if (size == 0) return 0;
  const std::string_view text = bulkhead::as_text(std::as_bytes(std::span(data + 1, size - 1)));
  const std::size_t end = text.find('\n');
  const std::string_view range = text.substr(0, end);
  const std::string_view version = end == std::string_view::npos ? "1.2.3" : text.substr(end + 1);
  const auto previews = data[0] % 2 == 0 ? NpmPreviews::where_named : NpmPreviews::in_order;
  const auto parsed = bulkhead::version::NpmRange::parse(range, previews);
  if (!parsed) return 0;
  const auto holds = parsed->holds(version);
  if (holds.has_value() != bulkhead::version::check_npm(version).has_value()) std::abort();
  return 0;
}
