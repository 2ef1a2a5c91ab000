#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/advisory.h"

namespace bulkhead::advisory {

/// The versions that an `affected_range` of GitLab's database means.
struct GitlabRange {
  std::vector<VersionRange> ranges;
  std::vector<std::string> versions;  // one by one
};

/// @param has_intervals  Maven and NuGet: "[1.0,1.5),(,0.7]"; else ">=1.0 <1.5||==0.7".
/// @return  Nothing where a part of it cannot be told as ranges that include their first version
///          (">1.0", "(1.0,2.0)"), or is not understood.
std::optional<GitlabRange> parse_gitlab_range(std::string_view text, bool has_intervals);

}  // namespace bulkhead::advisory
