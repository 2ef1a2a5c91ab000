#pragma once

#include <compare>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// Takes what `apk version --check` of apk-tools 2.14 takes:
/// `number{.number}[letter][number]{_suffix[number]}{-rnumber}`, where numbers may be missing
/// (".1", "0..8" and "1.-r2" are versions to apk). apk also takes an empty version; here it is
/// refused, since nothing was said.
///
/// @error malformed  Empty, or a character where the form above has none.
/// @see apk-package(5), "pkgver"; `apk version -t A B` is the reference.
Result<void> check_apk(std::string_view version);

/// As `apk version -t`, but numbers of ten and more digits do not overflow.
std::strong_ordering compare_apk(std::string_view a, std::string_view b);

}  // namespace bulkhead::version
