#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/base/error.h"

namespace bulkhead {

/// Writes a package URL in canonical form.
///
/// @param type        Lower-case purl type ("deb").
/// @param name_space  May be empty; segments separated by "/", empty ones are left out.
/// @param name        For "alpm", "apk", "bitnami" and "deb" it and the namespace are written in
///                    lower case, as the specification of these types wants.
/// @param qualifiers  Lower-case keys of letters, digits, ".", "-" and "_". Those with an empty
///                    value are left out; sorted by key in the result.
/// @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst, "How to build".
std::string make_purl(std::string_view type, std::string_view name_space, std::string_view name,
                      std::string_view version,
                      std::vector<std::pair<std::string_view, std::string_view>> qualifiers);

/// A package URL taken apart, percent-decoded.
struct Purl {
  std::string type;        // lower case
  std::string name_space;  // segments joined by "/"; empty where there is none
  std::string name;
  std::string version;                                               // empty: none is named
  std::vector<std::pair<std::string, std::string>> qualifiers = {};  // lower-case keys, sorted
  std::string subpath = {};
  bool operator==(const Purl&) const = default;

  /// The value of the qualifier `key`; empty where it is not there.
  std::string_view qualifier(std::string_view key) const;
};

/// `text` with each "%41" as the byte that it stands for.
/// @error malformed  A "%" that two hexadecimal digits do not follow.
Result<std::string> decode_percent(std::string_view text);

/// Takes a package URL apart. Lenient where people are: "/" may follow the scheme, characters that
/// should be percent-encoded may stand as they are ("pkg:npm/@angular/core", "1.0+deb11u1").
///
/// @error malformed  No "pkg:" in front, no type or no name, a qualifier without "=", a "%" that
///                   two hexadecimal digits do not follow.
/// @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst, "How to parse".
Result<Purl> parse_purl(std::string_view text);

}  // namespace bulkhead
