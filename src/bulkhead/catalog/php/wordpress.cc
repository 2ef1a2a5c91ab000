#include <string_view>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/php/records.h"

namespace bulkhead::catalog::php {

Result<void> parse_wordpress(std::string_view text, LibraryList& out) {
  while (!text.empty()) {
    std::string_view line = trim(take_line(text));
    constexpr std::string_view kVariable = "$wp_version";
    if (!line.starts_with(kVariable)) continue;
    line = trim(line.substr(kVariable.size()));
    if (!line.starts_with('=')) continue;
    line = trim(line.substr(1));
    if (!line.starts_with('\'') && !line.starts_with('"')) continue;
    const std::size_t end = line.find(line.front(), 1);
    if (end == std::string_view::npos) continue;
    out.add("wordpress", line.substr(1, end - 1));
    return {};
  }
  return fail(Code::malformed, "no $wp_version");
}

}  // namespace bulkhead::catalog::php
