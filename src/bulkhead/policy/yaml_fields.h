#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/error.h"
#include "bulkhead/format/yaml.h"

namespace bulkhead::policy {

/// What readers of YAML files of entries share: fields of known types, and errors that name the
/// line: "FORMAT: line 3: what is wrong".
class YamlFields {
 public:
  explicit YamlFields(std::string_view format) : format_(format) {}

  Error error(const format::YamlNode& node, std::string_view what) const;
  std::unexpected<Error> fail(const format::YamlNode& node, std::string_view what) const {
    return std::unexpected(error(node, what));
  }

  /// One text; an absent one and YAML's null are empty.
  Result<std::string> text(const format::YamlNode& node, std::string_view key) const;
  /// One text or a list of texts.
  Result<std::vector<std::string>> texts(const format::YamlNode& node, std::string_view key) const;

 private:
  std::string_view format_;
};

/// Nothing, "~" or "null" without quotes.
bool is_null(const format::YamlNode& node);

/// The one of `names` that `word` was most likely meant to be; empty where none is near.
std::string_view nearest_name(std::string_view word, std::span<const std::string_view> names);

}  // namespace bulkhead::policy
