#include "bulkhead/version/cargo.h"

#include "bulkhead/version/semver_parts.h"

namespace bulkhead::version {
namespace {

SemverParts take_apart(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  return take_semver_apart(version);
}

}  // namespace

Result<void> check_cargo(std::string_view version) {
  return check_semver_parts({.format = "cargo"}, take_apart(version), version);
}

std::strong_ordering compare_cargo(std::string_view a, std::string_view b) {
  return compare_precedence(take_apart(a), take_apart(b));
}

}  // namespace bulkhead::version
