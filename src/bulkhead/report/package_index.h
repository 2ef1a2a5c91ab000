#pragma once

#include <string_view>
#include <vector>

#include "bulkhead/model/package.h"

namespace bulkhead::report {

/// Finds packages by their ids: eight bytes a package, for reports of hundred thousands. Points
/// into `packages`, which outlive it.
class PackageIndex {
 public:
  explicit PackageIndex(const std::vector<Package>& packages);
  const Package* find(std::string_view id) const;

 private:
  std::vector<const Package*> by_id_;
};

}  // namespace bulkhead::report
