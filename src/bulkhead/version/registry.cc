#include <algorithm>

#include "bulkhead/version/alpm.h"
#include "bulkhead/version/apk.h"
#include "bulkhead/version/bitnami.h"
#include "bulkhead/version/cargo.h"
#include "bulkhead/version/cran.h"
#include "bulkhead/version/deb.h"
#include "bulkhead/version/go.h"
#include "bulkhead/version/hackage.h"
#include "bulkhead/version/maven.h"
#include "bulkhead/version/npm.h"
#include "bulkhead/version/nuget.h"
#include "bulkhead/version/packagist.h"
#include "bulkhead/version/pub.h"
#include "bulkhead/version/pypi.h"
#include "bulkhead/version/rpm.h"
#include "bulkhead/version/rubygems.h"
#include "bulkhead/version/scheme.h"
#include "bulkhead/version/semver.h"

namespace bulkhead::version {
namespace {

constexpr Scheme kSchemes[] = {
    {"alpm", "Arch Linux packages, as pacman orders them", check_alpm, compare_alpm},
    {"apk", "Alpine packages, as apk-tools 2.14 orders them", check_apk, compare_apk},
    {"bitnami", "Bitnami's components, with the number of their build", check_bitnami,
     compare_bitnami},
    {"cargo", "Rust crates", check_cargo, compare_cargo},
    {"cran", "R packages", check_cran, compare_cran},
    {"deb", "Debian and Ubuntu packages, as dpkg orders them", check_deb, compare_deb},
    {"go", "Go modules and Go itself, with or without v", check_go, compare_go},
    {"hackage", "Haskell packages", check_hackage, compare_hackage},
    {"maven", "Java packages, as Maven 3.9 orders them", check_maven, compare_maven},
    {"npm", "JavaScript packages", check_npm, compare_npm},
    {"nuget", ".NET packages", check_nuget, compare_nuget},
    {"packagist", "PHP packages, as Composer orders them", check_packagist, compare_packagist},
    {"pub", "Dart and Flutter packages", check_pub, compare_pub},
    {"pypi", "Python packages, by PEP 440", check_pypi, compare_pypi},
    {"rpm", "Red Hat's, SUSE's and others' packages, as rpm 4.18 orders them", check_rpm,
     compare_rpm},
    {"rubygems", "Ruby gems", check_rubygems, compare_rubygems},
    {"semver", "Semantic Versioning 2.0, with or without a leading v", check_semver,
     compare_semver},
};

}  // namespace

std::span<const Scheme> schemes() { return kSchemes; }

const Scheme* find_scheme(std::string_view name) {
  const auto* found = std::ranges::find(kSchemes, name, &Scheme::name);
  return found == std::end(kSchemes) ? nullptr : found;
}

Result<std::strong_ordering> compare(const Scheme& scheme, std::string_view a, std::string_view b) {
  BH_CHECK(scheme.check(a));
  BH_CHECK(scheme.check(b));
  return scheme.compare(a, b);
}

}  // namespace bulkhead::version
