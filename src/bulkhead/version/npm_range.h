#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// How a range of npm takes pre-releases.
enum class NpmPreviews {
  where_named,  // only those of a version that a bound names with a pre-release: npm's own rule
  in_order,     // wherever the order puts them: as `npm audit` holds advisories' ranges
};

/// A range of npm: `^1.2.3`, `~1.2`, `1.x || >=2.5.0 <3`, `1.2.3 - 2.3`, and "" for any version.
class NpmRange {
 public:
  /// Reads a range as node-semver does; what it makes of `^`, `~`, "x" and " - " is in its README.
  /// Zeros before numbers, and a pre-release without its dash, are let pass.
  ///
  /// @error malformed  A bound is no version or part of one, with the offset where it begins.
  /// @see https://github.com/npm/node-semver#ranges, classes/range.js
  static Result<NpmRange> parse(std::string_view text,
                                NpmPreviews previews = NpmPreviews::where_named);

  /// @error malformed  The version is refused: see check_npm.
  Result<bool> holds(std::string_view version) const;

 private:
  enum class Operator { less, less_or_equal, equal, greater_or_equal, greater };
  struct Bound {
    Operator op;
    std::string version;
  };
  friend class NpmRangeParser;

  static bool is_met(const Bound& bound, std::string_view version);

  NpmPreviews previews_ = NpmPreviews::where_named;
  std::vector<Bound> bounds_;      // of all sets, one set after the other
  std::vector<std::size_t> ends_;  // where in `bounds_` each set ends; all bounds of one must hold
};

}  // namespace bulkhead::version
