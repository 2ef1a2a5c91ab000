#include "bulkhead/catalog/registry.h"

#include <iterator>

#include "bulkhead/catalog/alpm/alpm.h"
#include "bulkhead/catalog/apk/apk.h"
#include "bulkhead/catalog/bitnami/bitnami.h"
#include "bulkhead/catalog/bottlerocket/bottlerocket.h"
#include "bulkhead/catalog/conan/conan.h"
#include "bulkhead/catalog/cran/cran.h"
#include "bulkhead/catalog/dart/dart.h"
#include "bulkhead/catalog/dotnet/dotnet.h"
#include "bulkhead/catalog/dpkg/dpkg.h"
#include "bulkhead/catalog/executable/executable.h"
#include "bulkhead/catalog/golang/golang.h"
#include "bulkhead/catalog/hackage/hackage.h"
#include "bulkhead/catalog/hex/hex.h"
#include "bulkhead/catalog/java/java.h"
#include "bulkhead/catalog/kernel/kernel.h"
#include "bulkhead/catalog/npm/npm.h"
#include "bulkhead/catalog/opkg/opkg.h"
#include "bulkhead/catalog/os/os.h"
#include "bulkhead/catalog/php/php.h"
#include "bulkhead/catalog/python/python.h"
#include "bulkhead/catalog/repositories/repositories.h"
#include "bulkhead/catalog/rpm/rpm.h"
#include "bulkhead/catalog/ruby/ruby.h"
#include "bulkhead/catalog/rust/rust.h"
#include "bulkhead/catalog/sbom/sbom.h"
#include "bulkhead/catalog/swift/swift.h"

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
    {"conan", 1, {}, conan::open, conan::join, conan::kTails},
    {"cran", 1, {}, cran::open, cran::join, cran::kTails},
    {"dart", 1, {}, dart::open, dart::join, dart::kTails},
    {"dotnet", 1, {}, dotnet::open, dotnet::join, dotnet::kTails},
    {"executable", 1, {}, executable::open, executable::join, {}, executable::kMagics},
    {"golang", 1, {}, golang::open, golang::join, golang::kTails},
    {"hackage", 1, {}, hackage::open, hackage::join, hackage::kTails},
    {"hex", 1, {}, hex::open, hex::join, hex::kTails},
    {"java", 1, {}, java::open, java::join, java::kTails},
    {"npm", 2, {}, npm::open, npm::join, npm::kTails},
    {"php", 1, {}, php::open, php::join, php::kTails},
    {"python", 1, {}, python::open, python::join, python::kTails},
    {"ruby", 1, {}, ruby::open, ruby::join, ruby::kTails},
    {"rust", 1, {}, rust::open, rust::join, rust::kTails},
    {"sbom", 1, {}, sbom::open, sbom::join, sbom::kTails},
    {"swift", 1, {}, swift::open, swift::join, swift::kTails},
    // Last: it wants what the others found, and is left out unless it is asked for.
    {"repositories", 1, repositories::kPatterns, repositories::open, repositories::join},
};

}  // namespace

std::span<const Inspector> inspectors() {
  return std::span(kInspectors).first(std::size(kInspectors) - 1);
}

std::span<const Inspector> all_inspectors() { return kInspectors; }

}  // namespace bulkhead::catalog
