#include "bulkhead/version/cargo.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& cargo() { return *find_scheme("cargo"); }

constexpr Row kRows[] = {
    {"1.0.0-alpha", '<', "1.0.0-alpha.1", "more identifiers are more"},
    {"1.0.0-alpha.1", '<', "1.0.0-alpha.beta", "numbers before text"},
    {"1.0.0-beta.2", '<', "1.0.0-beta.11", "numbers as numbers"},
    {"1.0.0-rc.1", '<', "1.0.0", "a pre-release is before the release"},
    {"1.9.0", '<', "1.10.0", "numbers, not text"},
    {"1.0.0+20200101", '=', "1.0.0", "build metadata say nothing"},
    {"0.2.0-alpha.7+deprecated", '>', "0.2.0-alpha.6", "as crates are published"},
    {"1.0.0--", '<', "1.0.0--a", "identifiers of hyphens"},
    {"v1.2.3", '=', "1.2.3", "a leading v, as advisories write"},
    {"1.2", '=', "1.2.0", "patch left out"},
    {"0.0.0-0", '<', "0.0.0", "the least version of all"},
    {"18446744073709551616.0.0", '>', "18446744073709551615.0.0", "numbers beyond 64 bits"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},
    {"1.2.3.4", "four numbers"},
    {"01.2.3", "a leading zero"},
    {"1.2.3-01", "one in the pre-release"},
    {"1.2.x", "a requirement"},
    {"1.2.3-", "an empty pre-release"},
    {"=1.2.3", "a requirement"},
    {" 1.2.3", "a space"},
};

constexpr std::string_view kPieces[] = {"0",  "1",  "2",  "10",   "1.0", ".",   ".",          ".",
                                        ".0", ".1", "-",  "-",    "-a",  "-rc", "a",          "Z",
                                        "+b", "+",  "-0", ".rc.", ".2",  "--",  "99999999999"};

TEST(CargoVersion, Order) { testing::expect_rows(cargo(), kRows); }
TEST(CargoVersion, Refuses) { testing::expect_refused(cargo(), kRefused); }
TEST(CargoVersion, IsAnOrder) { testing::expect_order_laws(cargo(), kPieces, 100'000); }
TEST(CargoVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(cargo()); }

TEST(CargoVersion, TakesLongVersions) {
  testing::expect_long_versions_work(cargo(), "9", "1.");
  testing::expect_long_versions_work(cargo(), ".1", "1.0.0-1");
  testing::expect_long_versions_work(cargo(), ".01", "1.0.0+1");
}

}  // namespace
}  // namespace bulkhead::version
