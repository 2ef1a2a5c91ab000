#pragma once

#include <optional>
#include <string_view>

#include "bulkhead/model/package.h"

namespace bulkhead {

/// The type of that name, as type_name gives it; nothing where there is none here.
std::optional<PackageType> parse_type_name(std::string_view name);
/// The origin of that name, as origin_name gives it; nothing where it is none.
std::optional<Origin> parse_origin_name(std::string_view name);

}  // namespace bulkhead
