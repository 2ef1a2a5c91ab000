#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"

namespace bulkhead::policy {

/// Is there a "*" or "?" in `pattern`?
bool is_wildcard(std::string_view pattern);

/// Does `pattern` match all of `text`, where `*` is any run of bytes (slashes, too) and `?` one
/// byte? For ids, names, versions. Letters of either case are the same where `ignores_case`.
bool matches_wildcard(std::string_view pattern, std::string_view text, bool ignores_case);

/// A pattern for paths as doublestar (and so Trivy) reads them: `*` and `?` stay within a
/// component, `**` as a component of its own is any number of components, `[a-z]` and `[!a-z]`
/// (or `[^a-z]`) are one byte, `{a,b}` is either, `\` makes the next byte plain. A slash in front
/// of pattern or path does not matter.
/// @see https://github.com/bmatcuk/doublestar, "Patterns".
class PathPattern {
 public:
  /// @error malformed       A bracket or brace is not closed, or the pattern ends in "\".
  /// @error limit_exceeded  Longer than 4 KiB, or its braces stand for more than 64 patterns.
  static Result<PathPattern> parse(std::string_view text);

  /// Takes time of (components of pattern) x (bytes of path) for each of the braces' patterns.
  bool matches(std::string_view path) const;

 private:
  using Components = std::vector<std::string>;
  std::vector<Components> alternatives_;
};

}  // namespace bulkhead::policy
