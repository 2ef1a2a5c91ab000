#pragma once

#include <iosfwd>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::version {

/// The order of one pair as `bulkhead version-compare SCHEME A B` prints it: '<', '=' or '>'.
/// @error not_found  No scheme of that name; the message has the nearest name and all names.
/// @error malformed  The scheme refuses `a` or `b`.
Result<char> compare_pair(std::string_view scheme, std::string_view a, std::string_view b);

/// Reads lines `scheme<TAB>a<TAB>b` up to the end of `in` and writes one sign a line to `out`.
/// A line may end in "\n" or "\r\n", the last one in neither; it may have any length, and versions
/// may hold any byte but tab and newline.
///
/// @param errors  For each line that cannot be answered (its sign is '?'), one line of text that
///                is safe for a terminal.
/// @return        Whether all of `in` was read and every line was answered.
bool compare_lines(std::istream& in, std::ostream& out, std::ostream& errors);

}  // namespace bulkhead::version
