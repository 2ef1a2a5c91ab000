#include "bulkhead/catalog/registry.h"

#include <iterator>

#include "bulkhead/catalog/alpm/alpm.h"
#include "bulkhead/catalog/apk/apk.h"
#include "bulkhead/catalog/bitnami/bitnami.h"
#include "bulkhead/catalog/bottlerocket/bottlerocket.h"
#include "bulkhead/catalog/dpkg/dpkg.h"
#include "bulkhead/catalog/java/java.h"
#include "bulkhead/catalog/kernel/kernel.h"
#include "bulkhead/catalog/npm/npm.h"
#include "bulkhead/catalog/opkg/opkg.h"
#include "bulkhead/catalog/os/os.h"
#include "bulkhead/catalog/repositories/repositories.h"
#include "bulkhead/catalog/rpm/rpm.h"

namespace bulkhead::catalog {
namespace {

// The operating system comes first, since packages are named by it; then the package databases by
// name; the kernel last, since it is asked whether a package owns it. Raise a version when that
// inspector's output changes.
constexpr Inspector kInspectors[] = {
    // name  version  patterns         open         join
    {"os", 2, os::kPatterns, os::open, os::join},
    {"alpm", 1, alpm::kPatterns, alpm::open, alpm::join},
    {"apk", 2, apk::kPatterns, apk::open, apk::join},
    {"bitnami", 1, bitnami::kPatterns, bitnami::open, bitnami::join},
    {"bottlerocket", 1, bottlerocket::kPatterns, bottlerocket::open, bottlerocket::join},
    {"dpkg", 2, dpkg::kPatterns, dpkg::open, dpkg::join},
    {"opkg", 1, opkg::kPatterns, opkg::open, opkg::join},
    {"rpm", 2, rpm::kPatterns, rpm::open, rpm::join},
    {"kernel", 1, kernel::kPatterns, kernel::open, kernel::join},
    // Libraries: files that lie anywhere; by name.
    {"java", 1, {}, java::open, java::join, java::kTails},
    {"npm", 1, {}, npm::open, npm::join, npm::kTails},
    // Last: it wants what the others found, and is left out unless it is asked for.
    {"repositories", 1, repositories::kPatterns, repositories::open, repositories::join},
};

}  // namespace

std::span<const Inspector> inspectors() {
  return std::span(kInspectors).first(std::size(kInspectors) - 1);
}

std::span<const Inspector> all_inspectors() { return kInspectors; }

}  // namespace bulkhead::catalog
