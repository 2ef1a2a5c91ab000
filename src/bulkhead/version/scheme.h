#pragma once

#include <compare>
#include <span>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// One ecosystem's order of versions.
struct Scheme {
  std::string_view name;         // "deb": what version-compare takes
  std::string_view description;  // for the help and the documentation
  /// Does the ecosystem's own tool take `version`? An error says what is wrong with it.
  Result<void> (*check)(std::string_view version);
  /// A total order over valid versions (a strict weak one over their spellings: "1.0" and "1.0-0"
  /// are equal). Allocates nothing and takes time linear in the lengths.
  /// Text that `check` refuses gets an answer, too, but one that need not fit with others: apk's is
  /// what apk itself says, the others' follows from their rules.
  std::strong_ordering (*compare)(std::string_view a, std::string_view b);
};

/// All schemes, sorted by name.
std::span<const Scheme> schemes();
/// Null where there is none of that name.
const Scheme* find_scheme(std::string_view name);

/// `compare` after `check` of both.
/// @error malformed  The scheme refuses one of them.
Result<std::strong_ordering> compare(const Scheme& scheme, std::string_view a, std::string_view b);

}  // namespace bulkhead::version
