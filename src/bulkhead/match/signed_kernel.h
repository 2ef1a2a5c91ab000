#pragma once

#include <optional>

#include "bulkhead/model/package.h"

namespace bulkhead::match {

/// Debian and Ubuntu build their kernel images twice: the source "linux" gives what is to be
/// signed, "linux-signed-amd64" (Ubuntu: "linux-signed", "linux-signed-aws") the packages that are
/// installed. Advisories speak of the first alone, so those packages are held against it, in their
/// own version, which is its ("6.1.176-1"; Debian writes "6.1.176+1" as the version of the signed
/// source).
/// @return `package` with that source; nothing where it is no such package.
/// @see "Built-Using" of linux-image-amd64 in Debian's package index
std::optional<Package> with_kernel_source(const Package& package);

}  // namespace bulkhead::match
