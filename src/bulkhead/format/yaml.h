#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/base/error.h"

namespace bulkhead::format {

/// A node of a YAML document. Scalars stay text: the reader of a format knows what it wants.
struct YamlNode {
  enum class Kind { scalar, sequence, mapping };
  Kind kind = Kind::scalar;
  std::string text = {};                                    // of a scalar
  bool is_quoted = false;                                   // a scalar in quotes is always text
  std::vector<YamlNode> items = {};                         // of a sequence
  std::vector<std::pair<YamlNode, YamlNode>> members = {};  // of a mapping, in order
  std::uint32_t line = 0;                                   // from 1
  std::uint32_t column = 0;                                 // from 1

  /// The value of the first member whose key is the scalar `key`; null where there is none.
  const YamlNode* find(std::string_view key) const;
};

/// Parses one YAML document (libyaml). Aliases are expanded, bounded in number of nodes;
/// a second document in the stream is refused.
///
/// @error malformed       With "line L, column C"; limit_exceeded: deeper than 64, or more than 2
/// million nodes
///                        after expansion.
Result<YamlNode> parse_yaml(std::string_view text);

}  // namespace bulkhead::format
