#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulkhead {

/// Writes a package URL in canonical form.
///
/// @param type        Lower-case purl type ("deb").
/// @param name_space  May be empty; segments separated by "/", empty ones are left out.
/// @param name        For "apk" and "deb" it and the namespace are written in lower case, as the
///                    specification of these types wants.
/// @param qualifiers  Lower-case keys of letters, digits, ".", "-" and "_". Those with an empty
///                    value are left out; sorted by key in the result.
/// @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst, "How to build".
std::string make_purl(std::string_view type, std::string_view name_space, std::string_view name,
                      std::string_view version,
                      std::vector<std::pair<std::string_view, std::string_view>> qualifiers);

}  // namespace bulkhead
