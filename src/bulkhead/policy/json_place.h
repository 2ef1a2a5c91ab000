#pragma once

#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::policy {

/// The error for a text that JSON's parser refused with `error`: with the line and column, which
/// that parser does not say. "FORMAT: line 3, column 7: ..."
Error json_error(std::string_view format, std::string_view text, const Error& error);

}  // namespace bulkhead::policy
