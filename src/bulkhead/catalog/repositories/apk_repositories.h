#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/note.h"
#include "bulkhead/model/repository.h"

namespace bulkhead::catalog::repositories {

/// The lines of apk's file: "URL", "@TAG URL", comments.
/// @see apk-repositories(5)
std::vector<Repository> parse_apk_repositories(std::string_view text, const std::string& path,
                                               Notes& notes);

}  // namespace bulkhead::catalog::repositories
