#pragma once

#include <string_view>

namespace bulkhead::advisory {

/// The number of the Debian release that has this code name: "bookworm" is "12"; "sid" and
/// "unstable" are "sid". Empty where the name is not known.
std::string_view debian_release(std::string_view codename);

/// The same of Ubuntu: "jammy" is "22.04".
std::string_view ubuntu_release(std::string_view codename);

}  // namespace bulkhead::advisory
