#pragma once

#include <string>
#include <string_view>

#include "bulkhead/version/scheme.h"

namespace bulkhead::advisory {

/// The OSV ecosystem of a Debian release that the tracker calls by its codename: "bookworm" is
/// "Debian:12", "sid" is "Debian:sid"; a codename that is not in the table keeps it:
/// "Debian:newname".
std::string debian_ecosystem(std::string_view codename);

/// The name by which ecosystems are compared: "Ubuntu:22.04:LTS" is "Ubuntu:22.04".
std::string normal_ecosystem(std::string_view ecosystem);

/// Is it a distribution's ("Debian:12", "AlmaLinux:9"), not a language's package registry?
bool is_distribution(std::string_view ecosystem);

/// The order of an ecosystem's versions; null where this program has none for it.
const version::Scheme* scheme_of(std::string_view ecosystem);

}  // namespace bulkhead::advisory
