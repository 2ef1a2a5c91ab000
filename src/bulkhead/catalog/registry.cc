#include "bulkhead/catalog/registry.h"

#include <iterator>

#include "bulkhead/catalog/apk/apk.h"
#include "bulkhead/catalog/dpkg/dpkg.h"
#include "bulkhead/catalog/os/os.h"
#include "bulkhead/catalog/repositories/repositories.h"
#include "bulkhead/catalog/rpm/rpm.h"

namespace bulkhead::catalog {
namespace {

// The operating system comes first, since packages are named by it; then by name. Raise a version
// when that inspector's output changes.
constexpr Inspector kInspectors[] = {
    // name  version  patterns         open         join
    {"os", 1, os::kPatterns, os::open, os::join},
    {"apk", 1, apk::kPatterns, apk::open, apk::join},
    {"dpkg", 1, dpkg::kPatterns, dpkg::open, dpkg::join},
    {"rpm", 1, rpm::kPatterns, rpm::open, rpm::join},
    // Last: it wants what the others found, and is left out unless it is asked for.
    {"repositories", 1, repositories::kPatterns, repositories::open, repositories::join},
};

}  // namespace

std::span<const Inspector> inspectors() {
  return std::span(kInspectors).first(std::size(kInspectors) - 1);
}

std::span<const Inspector> all_inspectors() { return kInspectors; }

}  // namespace bulkhead::catalog
