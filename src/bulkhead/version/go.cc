#include "bulkhead/version/go.h"

#include "bulkhead/version/parts.h"
#include "bulkhead/version/semver_parts.h"

namespace bulkhead::version {
namespace {

/// "rc2" of "1.21rc2": what comes before a release of Go itself.
struct ReleaseKind {
  std::string_view letters;  // "beta", "rc"; empty where there is none
  std::string_view number;
};

struct Pieces {
  SemverParts parts;
  ReleaseKind kind;
};

Pieces take_apart(std::string_view version) {
  if (version.starts_with("go")) {
    version.remove_prefix(2);
  } else if (version.starts_with('v')) {
    version.remove_prefix(1);
  }
  Pieces pieces{.parts = take_semver_apart(version), .kind = {}};
  std::string_view rest = pieces.parts.numbers;
  const std::string_view numbers = take_run(rest, [](char c) { return is_digit(c) || c == '.'; });
  if (pieces.parts.has_prerelease || rest.empty()) return pieces;
  pieces.kind.letters = take_letters(rest);
  pieces.kind.number = rest;
  if (pieces.kind.letters.empty() || rest.empty() || !std::ranges::all_of(rest, is_digit)) {
    pieces.kind = {};
  } else {
    pieces.parts.numbers = numbers;
  }
  return pieces;
}

/// The order of "rc2" and a pre-release, or of two of either.
std::strong_ordering compare_previews(const Pieces& a, const Pieces& b) {
  const bool a_is_kind = !a.kind.letters.empty();
  const bool b_is_kind = !b.kind.letters.empty();
  if (!a_is_kind && !b_is_kind) {
    return compare_prereleases(a.parts.prerelease, b.parts.prerelease);
  }
  if (!a_is_kind) return 0 <=> compare_previews(b, a);
  std::string_view rest = b.parts.prerelease;
  const std::string_view letters = b_is_kind ? b.kind.letters : take_identifier(rest);
  if (const auto order = compare_prereleases(a.kind.letters, letters); order != 0) return order;
  return compare_prereleases(a.kind.number, b_is_kind ? b.kind.number : rest);
}

}  // namespace

Result<void> check_go(std::string_view version) {
  return check_semver_parts({.format = "go"}, take_apart(version).parts, version);
}

std::strong_ordering compare_go(std::string_view a, std::string_view b) {
  const Pieces left = take_apart(a);
  const Pieces right = take_apart(b);
  constexpr std::size_t kNumbers = 3;
  const auto order = compare_dotted_numbers(left.parts.numbers, right.parts.numbers, kNumbers);
  if (order != 0) return order;
  const bool left_is_preview = left.parts.has_prerelease || !left.kind.letters.empty();
  const bool right_is_preview = right.parts.has_prerelease || !right.kind.letters.empty();
  if (left_is_preview != right_is_preview) return right_is_preview <=> left_is_preview;
  return compare_previews(left, right);
}

}  // namespace bulkhead::version
