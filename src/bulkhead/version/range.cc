#include "bulkhead/version/range.h"

namespace bulkhead::version {

namespace {

bool has_start(const RangeView& range) {
  return !range.introduced.empty() && range.introduced != "0";
}

}  // namespace

Result<void> check_range(const Scheme& scheme, const RangeView& range) {
  if (has_start(range)) BH_CHECK(scheme.check(range.introduced));
  if (!range.fixed.empty()) BH_CHECK(scheme.check(range.fixed));
  if (!range.last_affected.empty()) BH_CHECK(scheme.check(range.last_affected));
  return {};
}

Result<bool> is_in_range(const Scheme& scheme, const RangeView& range, std::string_view version) {
  BH_CHECK(scheme.check(version));
  if (has_start(range) && scheme.compare(version, range.introduced) < 0) return false;
  if (!range.fixed.empty() && scheme.compare(version, range.fixed) >= 0) return false;
  if (!range.last_affected.empty() && scheme.compare(version, range.last_affected) > 0) {
    return false;
  }
  return true;
}

}  // namespace bulkhead::version
