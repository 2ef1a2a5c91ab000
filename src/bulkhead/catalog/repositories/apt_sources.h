#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/note.h"
#include "bulkhead/model/repository.h"

namespace bulkhead::catalog::repositories {

/// The binary repositories of a file of apt's one-line style, one for each component:
/// "deb [arch=amd64] URI SUITE COMPONENT...". A line that cannot be made sense of is noted as a
/// gap.
/// @param path  For the repositories and notes.
/// @see sources.list(5); apt, apt-pkg/sourcelist.cc, ParseLine
std::vector<Repository> parse_apt_list(std::string_view text, const std::string& path,
                                       Notes& notes);

/// The same of a file in deb822 style: each of its URIs with each suite and component.
/// @see sources.list(5), "DEB822-STYLE FORMAT"
std::vector<Repository> parse_apt_deb822(std::string_view text, const std::string& path,
                                         Notes& notes);

}  // namespace bulkhead::catalog::repositories
