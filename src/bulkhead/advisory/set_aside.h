#pragma once

#include <string_view>

#include "bulkhead/advisory/feeds.h"

namespace bulkhead::advisory {

/// What publishers put beside their advisories and what says nothing of any package: why it is
/// set aside, to be told once for all documents of the kind. Empty for other documents.
std::string_view reason_to_set_aside(const Document& document);

/// The same for text that is no document of a known format, by its first bytes.
bool is_set_aside_text(std::string_view head);

}  // namespace bulkhead::advisory
