#pragma once

#include <string>
#include <string_view>

#include "bulkhead/version/interval.h"

// What the readers of requirements have in common.
namespace bulkhead::version {

/// What an operator ("=", "!=", "<", "<=", ">", ">=") and a version say.
Intervals intervals_of(std::string_view op, std::string version);

/// The number after `digits`: "9" -> "10". Of any length.
std::string next_number(std::string_view digits);

}  // namespace bulkhead::version
