#include "bulkhead/version/go.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& go() { return *find_scheme("go"); }

constexpr Row kRows[] = {
    {"v1.0.0-alpha", '<', "v1.0.0-alpha.1", "more identifiers are more"},
    {"v1.0.0-alpha.1", '<', "v1.0.0-alpha.beta", "numbers before text"},
    {"v1.0.0-beta.2", '<', "v1.0.0-beta.11", "numbers as numbers"},
    {"v1.0.0-rc.1", '<', "v1.0.0", "a pre-release is before the release"},
    {"v1.9.0", '<', "v1.10.0", "numbers, not text"},
    {"v1.2.3", '=', "1.2.3", "OSV leaves the v out"},
    {"v1", '=', "v1.0.0", "minor and patch left out"},
    {"v2.0.0+incompatible", '=', "v2.0.0", "the mark says nothing"},
    {"v0.0.0-20190101000000-0123456789ab", '<', "v0.0.0-20190102000000-000000000000",
     "pseudo-versions by time"},
    {"v1.2.4-0.20190101000000-0123456789ab", '<', "v1.2.4", "one after v1.2.3"},
    {"v1.2.4-0.20190101000000-0123456789ab", '>', "v1.2.3", "one after v1.2.3"},
    {"v1.2.3-pre.0.20190101000000-0123456789ab", '>', "v1.2.3-pre", "one after a pre-release"},
    {"go1.21rc2", '<', "1.21.0", "a preview of Go"},
    {"go1.21rc2", '>', "1.21.0-0", "as OSV begins its ranges"},
    {"go1.21rc2", '=', "1.21.0-rc.2", "as OSV writes it"},
    {"go1.21rc2", '<', "go1.21rc10", "numbers as numbers"},
    {"go1.21beta1", '<', "go1.21rc1", "beta before rc"},
    {"1.20.5", '=', "go1.20.5", "a release of Go"},
    {"go1.21rc2", '<', "1.21.0-rc.2.1", "more identifiers are more"},
    {"go1.21rc2", '>', "1.21.0-rc", "fewer are less"},
    {"go1.9.2rc2", '<', "go1.9.2", "a preview of a patch"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},
    {"v", "a v alone"},
    {"go", "a go alone"},
    {"v1.2.3.4", "four numbers"},
    {"v01.2.3", "a leading zero"},
    {"v1.2.3-01", "one in the pre-release"},
    {"(devel)", "no version was stamped"},
    {"latest", "a query"},
    {"v1.2.3-", "an empty pre-release"},
    {"go1.21rc", "no number after it"},
    {"devel go1.22-abc", "a development build"},
};

constexpr std::string_view kPieces[] = {"v0",  "v1",  "1",    "go1", "0",  "2",  "10",   "1.0",
                                        ".",   ".",   ".0",   ".1",  "-",  "-a", "-rc",  "-rc.",
                                        "rc1", "rc2", "beta", "1",   "+b", "-0", ".rc.", ".2"};

TEST(GoVersion, Order) { testing::expect_rows(go(), kRows); }
TEST(GoVersion, Refuses) { testing::expect_refused(go(), kRefused); }
TEST(GoVersion, AgreesWithTheSharedTable) { testing::expect_shared_table(go(), 80); }
TEST(GoVersion, IsAnOrder) { testing::expect_order_laws(go(), kPieces, 100'000); }
TEST(GoVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(go()); }

TEST(GoVersion, TakesLongVersions) {
  testing::expect_long_versions_work(go(), "9", "1.");
  testing::expect_long_versions_work(go(), ".1", "v1.0.0-1");
  testing::expect_long_versions_work(go(), "1", "go1.1rc1");
  testing::expect_long_versions_work(go(), "-1", "1.0.0");
}

}  // namespace
}  // namespace bulkhead::version
