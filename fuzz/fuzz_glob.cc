// Path patterns: the first line is the pattern, the rest a path.
#include <cstddef>
#include <cstdint>
#include <span>

#include "bulkhead/base/bytes.h"
#include "bulkhead/base/text.h"
#include "bulkhead/policy/glob.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace policy = bulkhead::policy;
  std::string_view rest = bulkhead::as_text(std::as_bytes(std::span(data, size)));
  const std::string_view pattern = bulkhead::take_line(rest);
  (void)policy::matches_wildcard(pattern, rest, true);
  if (const auto path = policy::PathPattern::parse(pattern)) (void)path->matches(rest);
  return 0;
}
