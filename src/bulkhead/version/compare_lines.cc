#include "bulkhead/version/compare_lines.h"

#include <algorithm>
#include <cstdint>
#include <istream>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/base/nearest.h"
#include "bulkhead/base/text.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::version {
namespace {

constexpr std::size_t kMaxNameBytes = 32;  // far above any scheme's name; bounds what is shown

/// ", did you mean 'deb'?" where one name is near enough to be a slip of the hand, else nothing.
std::string suggestion(std::string_view name) {
  const std::string lower = to_lower(name);
  const auto distance = [&](const Scheme& scheme) { return edit_distance(lower, scheme.name); };
  const auto nearest = std::ranges::min_element(schemes(), {}, distance);
  if (distance(*nearest) > nearest->name.size() / 2) return {};
  return fmt::format(", did you mean '{}'?", nearest->name);
}

Error unknown_scheme(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Scheme& scheme : schemes()) names.push_back(scheme.name);
  const std::string_view shown = name.substr(0, kMaxNameBytes);
  return {Code::not_found, fmt::format("no version scheme '{}'{} (there are: {})", shown,
                                       suggestion(shown), fmt::join(names, ", "))};
}

Result<char> compare_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t first = line.find('\t');
  const std::size_t second = first == std::string_view::npos ? first : line.find('\t', first + 1);
  if (second == std::string_view::npos || line.find('\t', second + 1) != std::string_view::npos) {
    return fail(Code::malformed, "not SCHEME, VERSION and VERSION with one tab between each");
  }
  return compare_pair(line.substr(0, first), line.substr(first + 1, second - first - 1),
                      line.substr(second + 1));
}

}  // namespace

Result<char> compare_pair(std::string_view scheme, std::string_view a, std::string_view b) {
  const Scheme* found = find_scheme(scheme);
  if (found == nullptr) return std::unexpected(unknown_scheme(scheme));
  BH_TRY(const std::strong_ordering order, compare(*found, a, b));
  return order < 0 ? '<' : order > 0 ? '>' : '=';
}

bool compare_lines(std::istream& in, std::ostream& out, std::ostream& errors) {
  bool is_complete = true;
  std::string line;
  for (std::uint64_t number = 1; std::getline(in, line); ++number) {
    const Result<char> sign = compare_line(line);
    out << sign.value_or('?') << '\n';
    if (sign) continue;
    is_complete = false;
    errors << "line " << number << ": " << to_terminal(sign.error().what) << '\n';
  }
  if (in.eof()) return is_complete;
  errors << "the input could not be read to its end\n";
  return false;
}

}  // namespace bulkhead::version
