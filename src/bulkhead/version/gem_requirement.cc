#include <algorithm>
#include <array>
#include <string>

#include "bulkhead/base/text.h"
#include "bulkhead/version/parts.h"
#include "bulkhead/version/requirement.h"
#include "bulkhead/version/requirement_parts.h"
#include "bulkhead/version/rubygems.h"

namespace bulkhead::version {
namespace {

const Scheme& scheme() {
  static const Scheme* const found = find_scheme("rubygems");
  return *found;
}

/// "1.2.3" -> "1.3", "1" -> "2": the numbers before the first word, but for the last of several.
std::string bumped(std::string_view version) {
  std::string_view rest = version;
  std::string_view before;  // up to the last number but one
  std::string_view last;
  std::string_view before_last;
  std::string_view last_but_one;
  for (;;) {
    const std::string_view number = take_digits(rest);
    if (number.empty()) break;
    last_but_one = last;
    before_last = before;
    last = number;
    before = version.substr(0, static_cast<std::size_t>(number.data() - version.data()));
    if (!rest.starts_with('.')) break;
    rest.remove_prefix(1);
  }
  if (last_but_one.empty()) return next_number(last);
  return std::string(before_last) + next_number(last_but_one);
}

Result<Intervals> parse_part(std::string_view part, std::string_view text) {
  constexpr std::array<std::string_view, 7> kOperators = {"!=", ">=", "<=", "~>", "=", "<", ">"};
  const auto* const found = std::ranges::find_if(
      kOperators, [&](std::string_view candidate) { return part.starts_with(candidate); });
  const std::string_view op = found == kOperators.end() ? "=" : *found;
  if (found != kOperators.end()) part.remove_prefix(op.size());
  const std::string_view version = trim(part);
  if (!check_rubygems(version)) {
    return refuse("gem requirement", text, "a part is no operator and version",
                  static_cast<std::size_t>(part.data() - text.data()));
  }
  if (op != "~>") return intervals_of(op, std::string(version));
  // The first pre-release is out: to RubyGems it is no less than the release there.
  return Intervals{{.low = IntervalEnd{std::string(version), true},
                    .high = IntervalEnd{bumped(version) + ".A", false}}};
}

}  // namespace

Result<Intervals> parse_gem_requirement(std::string_view text) {
  Intervals result = {Interval{}};
  std::size_t parts = 0;
  for (std::string_view rest = text;;) {
    if (++parts > kMaxRequirementParts) {
      return refuse("gem requirement", text, "more parts than are read");
    }
    const std::size_t comma = std::min(rest.find(','), rest.size());
    BH_TRY(const Intervals part, parse_part(trim(rest.substr(0, comma)), text));
    result = intersection(scheme(), result, part);
    if (comma == rest.size()) return result;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace bulkhead::version
