#include "bulkhead/version/deb.h"

#include "bulkhead/version/parts.h"

namespace bulkhead::version {
namespace {

constexpr std::string_view kMaxEpoch = "2147483647";  // dpkg holds it in an int

constexpr std::string_view kSpace = " \t\n";

/// What dpkg calls white space, taken off both ends.
std::string_view without_outer_space(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// The pieces of one version; views into it.
struct Pieces {
  bool has_epoch = false;
  std::string_view epoch;  // with its sign
  std::string_view upstream;
  bool has_revision = false;
  std::string_view revision;
};

Pieces take_apart(std::string_view version) {
  Pieces pieces;
  pieces.upstream = without_outer_space(version);
  if (const std::size_t colon = pieces.upstream.find(':'); colon != std::string_view::npos) {
    pieces.has_epoch = true;
    pieces.epoch = pieces.upstream.substr(0, colon);
    pieces.upstream.remove_prefix(colon + 1);
  }
  if (const std::size_t dash = pieces.upstream.rfind('-'); dash != std::string_view::npos) {
    pieces.has_revision = true;
    pieces.revision = pieces.upstream.substr(dash + 1);
    pieces.upstream = pieces.upstream.substr(0, dash);
  }
  return pieces;
}

/// dpkg reads the epoch with strtol, so "+1" is 1 and "-0" is 0.
std::string_view without_sign(std::string_view epoch) {
  if (!epoch.empty() && (epoch.front() == '+' || epoch.front() == '-')) epoch.remove_prefix(1);
  return epoch;
}

Result<void> check_epoch(std::string_view epoch, std::string_view version) {
  std::string_view rest = without_sign(epoch);
  const std::string_view digits = take_digits(rest);
  if (epoch.empty()) return refuse("deb", version, "the epoch is empty");
  if (digits.empty() || !rest.empty()) {
    return refuse("deb", version, "the epoch is not a number");
  }
  if (epoch.front() == '-' && compare_numbers(digits, "0") != 0) {
    return refuse("deb", version, "the epoch is negative");
  }
  if (compare_numbers(digits, kMaxEpoch) > 0) {
    return refuse("deb", version, "the epoch is above 2147483647");
  }
  return {};
}

/// Where a character stands in a run without digits: "~" before the end, the end before letters,
/// letters before all others. dpkg takes bytes of 0x80 and above as negative numbers (char is
/// signed on amd64), which puts them between the letters and the other characters.
int weight(char c) {
  if (is_digit(c)) return 0;
  if (is_letter(c)) return c;
  if (c == '~') return -1;
  return static_cast<signed char>(c) + 256;
}

/// The order of upstream versions, or of revisions.
std::strong_ordering compare_part(std::string_view a, std::string_view b) {
  const auto has_text = [](std::string_view s) { return !s.empty() && !is_digit(s.front()); };
  const auto weight_of_front = [](std::string_view s) { return s.empty() ? 0 : weight(s.front()); };
  while (!a.empty() || !b.empty()) {
    while (has_text(a) || has_text(b)) {
      const auto order = weight_of_front(a) <=> weight_of_front(b);
      if (order != 0) return order;
      // Only a digit and the end weigh 0, so equal weights here mean a character in both.
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    const auto order = compare_numbers(take_digits(a), take_digits(b));
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

}  // namespace

Result<void> check_deb(std::string_view version) {
  const std::string_view text = without_outer_space(version);
  if (text.empty()) return refuse("deb", version, "it is empty");
  if (const std::size_t at = text.find_first_of(std::string_view(" \t\n\0", 4));
      at != std::string_view::npos) {
    return refuse("deb", version, text[at] == '\0' ? "it holds a NUL" : "it holds a space", at);
  }
  const Pieces pieces = take_apart(version);
  if (pieces.has_epoch) BH_CHECK(check_epoch(pieces.epoch, version));
  if (pieces.has_revision && pieces.revision.empty()) {
    return refuse("deb", version, "nothing after the last '-'");
  }
  if (pieces.upstream.empty()) return refuse("deb", version, "the upstream part is empty");
  return {};
}

std::strong_ordering compare_deb(std::string_view a, std::string_view b) {
  const Pieces left = take_apart(a);
  const Pieces right = take_apart(b);
  if (const auto order = compare_numbers(without_sign(left.epoch), without_sign(right.epoch));
      order != 0) {
    return order;
  }
  if (const auto order = compare_part(left.upstream, right.upstream); order != 0) return order;
  return compare_part(left.revision, right.revision);
}

}  // namespace bulkhead::version
