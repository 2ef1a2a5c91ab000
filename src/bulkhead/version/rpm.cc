#include "bulkhead/version/rpm.h"

#include "bulkhead/version/evr.h"
#include "bulkhead/version/parts.h"

namespace bulkhead::version {
namespace {

/// What separates segments means nothing but where one ends; "~" and "^" have a meaning.
std::string_view without_separators(std::string_view text) {
  while (!text.empty() && !is_alnum(text.front()) && text.front() != '~' && text.front() != '^') {
    text.remove_prefix(1);
  }
  return text;
}

/// rpmvercmp of rpm's rpmio/rpmvercmp.c: numbers are above letters, "~" is before the end of the
/// text and "^" after it, but before anything else that follows.
std::strong_ordering compare_part(std::string_view a, std::string_view b) {
  using std::strong_ordering;
  for (;;) {
    a = without_separators(a);
    b = without_separators(b);
    const auto starts = [](std::string_view text, char c) { return text.starts_with(c); };
    if (starts(a, '~') || starts(b, '~')) {
      if (!starts(a, '~')) return strong_ordering::greater;
      if (!starts(b, '~')) return strong_ordering::less;
      a.remove_prefix(1);
      b.remove_prefix(1);
      continue;
    }
    if (starts(a, '^') || starts(b, '^')) {
      if (a.empty()) return strong_ordering::less;
      if (b.empty()) return strong_ordering::greater;
      if (!starts(a, '^')) return strong_ordering::greater;
      if (!starts(b, '^')) return strong_ordering::less;
      a.remove_prefix(1);
      b.remove_prefix(1);
      continue;
    }
    if (a.empty() || b.empty()) return !a.empty() <=> !b.empty();
    if (const auto order = compare_segments(a, b); order != 0) return order;
  }
}

}  // namespace

Result<void> check_rpm(std::string_view version) { return check_evr("rpm", version); }

std::strong_ordering compare_rpm(std::string_view a, std::string_view b) {
  const Evr left = take_evr_apart(a);
  const Evr right = take_evr_apart(b);
  if (const auto order = compare_numbers(left.epoch, right.epoch); order != 0) return order;
  if (const auto order = compare_part(left.version, right.version); order != 0) return order;
  if (left.has_release != right.has_release) return left.has_release <=> right.has_release;
  return compare_part(left.release, right.release);
}

}  // namespace bulkhead::version
