#pragma once

#include <memory>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::java {

/// The `release` file at the root of a JDK or JRE; other files of that name are none of ours.
std::unique_ptr<FileReader> open_release(const FileInfo& file, const ReadContext& context);
void join_release(const JoinFile& file, Inventory& out);

}  // namespace bulkhead::catalog::java
