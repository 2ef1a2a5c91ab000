#include "bulkhead/report/package_index.h"

#include <algorithm>

namespace bulkhead::report {
namespace {

constexpr auto kId = [](const Package* package) { return std::string_view(package->id); };

}  // namespace

PackageIndex::PackageIndex(const std::vector<Package>& packages) {
  by_id_.reserve(packages.size());
  for (const Package& package : packages) by_id_.push_back(&package);
  std::ranges::sort(by_id_, {}, kId);
}

const Package* PackageIndex::find(std::string_view id) const {
  const auto found = std::ranges::lower_bound(by_id_, id, {}, kId);
  return found == by_id_.end() || (*found)->id != id ? nullptr : *found;
}

}  // namespace bulkhead::report
