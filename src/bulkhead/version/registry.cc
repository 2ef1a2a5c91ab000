#include <algorithm>

#include "bulkhead/version/alpm.h"
#include "bulkhead/version/apk.h"
#include "bulkhead/version/bitnami.h"
#include "bulkhead/version/deb.h"
#include "bulkhead/version/rpm.h"
#include "bulkhead/version/scheme.h"
#include "bulkhead/version/semver.h"

namespace bulkhead::version {
namespace {

constexpr Scheme kSchemes[] = {
    {"alpm", "Arch Linux packages, as pacman orders them", check_alpm, compare_alpm},
    {"apk", "Alpine packages, as apk-tools 2.14 orders them", check_apk, compare_apk},
    {"bitnami", "Bitnami's components, with the number of their build", check_bitnami,
     compare_bitnami},
    {"deb", "Debian and Ubuntu packages, as dpkg orders them", check_deb, compare_deb},
    {"rpm", "Red Hat's, SUSE's and others' packages, as rpm 4.18 orders them", check_rpm,
     compare_rpm},
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
