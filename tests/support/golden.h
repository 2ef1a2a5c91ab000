#pragma once

#include <string>
#include <string_view>

namespace bulkhead::test {

/// Expects `text` to be what the file `path` holds, and names the first line that differs.
///
/// With BULKHEAD_UPDATE_GOLDEN=1 in the environment the file is written instead and the test is
/// marked as skipped, so that an update never passes for a success. Look at the difference before
/// it is committed.
void expect_golden(const std::string& path, std::string_view text);

}  // namespace bulkhead::test
