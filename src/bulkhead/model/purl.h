#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulkhead {

/// Writes a package URL in canonical form.
///
/// @param type        Lower-case purl type ("deb").
/// @param namespace_  May be empty; segments separated by "/".
/// @param qualifiers  Those with an empty value are left out; sorted by key in the result.
/// @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst, "How to build".
std::string make_purl(std::string_view type, std::string_view namespace_, std::string_view name,
                      std::string_view version,
                      std::vector<std::pair<std::string_view, std::string_view>> qualifiers);

}  // namespace bulkhead
