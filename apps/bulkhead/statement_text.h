#pragma once

#include <string>

#include "bulkhead/model/advisory.h"

namespace bulkhead::app {

/// Which versions a statement names: "< 1.2-3", "every version", "not affected".
std::string affected_text(const AffectedPackage& affected);

}  // namespace bulkhead::app
