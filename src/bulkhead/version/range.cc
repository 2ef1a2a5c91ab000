#include "bulkhead/version/range.h"

namespace bulkhead::version {

Result<bool> is_in_range(const Scheme& scheme, const RangeView& range, std::string_view version) {
  const bool has_start = !range.introduced.empty() && range.introduced != "0";
  BH_CHECK(scheme.check(version));
  if (!scheme.orders_refused) {
    if (has_start) BH_CHECK(scheme.check(range.introduced));
    if (!range.fixed.empty()) BH_CHECK(scheme.check(range.fixed));
    if (!range.last_affected.empty()) BH_CHECK(scheme.check(range.last_affected));
  }

  if (has_start && scheme.compare(version, range.introduced) < 0) return false;
  if (!range.fixed.empty() && scheme.compare(version, range.fixed) >= 0) return false;
  if (!range.last_affected.empty() && scheme.compare(version, range.last_affected) > 0) {
    return false;
  }
  return true;
}

}  // namespace bulkhead::version
