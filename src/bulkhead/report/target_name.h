#pragma once

#include <string>

#include "bulkhead/model/report.h"

namespace bulkhead::report {

/// The image as people name it: its first tag, else the reference without the prefix that says
/// how to read it. UTF-8; never empty.
std::string image_name(const TargetInfo& target);

/// The image's name without tag, digest and, for a file, folder: the same for every build of it.
std::string repository_name(const TargetInfo& target);

/// "debian:11"; "unknown" where the target names no system.
std::string system_name(const std::optional<OsInfo>& os);

}  // namespace bulkhead::report
