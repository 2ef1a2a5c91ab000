#include "bulkhead/version/alpm.h"

#include "bulkhead/version/evr.h"
#include "bulkhead/version/parts.h"

namespace bulkhead::version {
namespace {

std::size_t separators(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && !is_alnum(text[length])) ++length;
  return length;
}

/// rpmvercmp of pacman's lib/libalpm/version.c: an older rpm's, in which more separators are above
/// fewer, and letters that follow are below the end ("1.0rc" < "1.0" < "1.0.1").
std::strong_ordering compare_part(std::string_view a, std::string_view b) {
  using std::strong_ordering;
  while (!a.empty() && !b.empty()) {
    const std::size_t skip_a = separators(a);
    const std::size_t skip_b = separators(b);
    a.remove_prefix(skip_a);
    b.remove_prefix(skip_b);
    if (a.empty() || b.empty()) break;
    if (skip_a != skip_b) return skip_a <=> skip_b;
    if (const auto order = compare_segments(a, b); order != 0) return order;
  }
  if (a.empty() && b.empty()) return strong_ordering::equal;
  const bool is_a_below = a.empty() ? !is_letter(b.front()) : is_letter(a.front());
  return is_a_below ? strong_ordering::less : strong_ordering::greater;
}

}  // namespace

Result<void> check_alpm(std::string_view version) {
  BH_CHECK(check_evr("alpm", version));
  const Evr evr = take_evr_apart(version);
  const auto is_closed = [](std::string_view part) {
    return is_alnum(part.front()) && is_alnum(part.back());
  };
  if (!is_closed(evr.version) || (evr.has_release && !is_closed(evr.release))) {
    return refuse("alpm", version, "a part begins or ends with a separator");
  }
  return {};
}

std::strong_ordering compare_alpm(std::string_view a, std::string_view b) {
  const Evr left = take_evr_apart(a);
  const Evr right = take_evr_apart(b);
  if (const auto order = compare_numbers(left.epoch, right.epoch); order != 0) return order;
  if (const auto order = compare_part(left.version, right.version); order != 0) return order;
  if (left.has_release != right.has_release) return left.has_release <=> right.has_release;
  return compare_part(left.release, right.release);
}

}  // namespace bulkhead::version
