#pragma once

#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"

namespace bulkhead::advisory {

/// A member of a JSON object, still as text.
struct JsonMember {
  std::string_view key;    // between its quotes, escapes as they stand
  std::string_view value;  // from its first byte to its last
  std::string_view whole;  // from the key's quote to the value's end
};

/// Cuts a JSON object into its members without parsing what is in them, so that the format of a
/// file can be told, and a feed of 60 MB be read piece by piece, in the memory of one piece.
/// Strings and brackets are followed; whether each piece is JSON is for its parser to say. Views
/// point into `text`.
///
/// @error malformed  Not one object with commas and colons in their places, closed at the end:
///                   a file that was cut gives nothing, so that half a feed is never taken for
///                   the whole. limit_exceeded: more than 4 million members.
Result<std::vector<JsonMember>> outline_json(std::string_view text);

/// Cuts a JSON array into its elements in the same way, with the same errors.
Result<std::vector<std::string_view>> outline_json_array(std::string_view text);

}  // namespace bulkhead::advisory
