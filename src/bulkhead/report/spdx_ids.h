#pragma once

#include <span>
#include <string_view>

namespace bulkhead::report {

/// Ids of the SPDX licence list as it writes them ("Apache-2.0"), sorted by their lower case.
std::span<const std::string_view> spdx_licence_ids();
/// Likewise what may follow "WITH": "Classpath-exception-2.0".
std::span<const std::string_view> spdx_exception_ids();

}  // namespace bulkhead::report
