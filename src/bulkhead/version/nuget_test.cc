#include "bulkhead/version/nuget.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& nuget() { return *find_scheme("nuget"); }

constexpr Row kRows[] = {
    {"1.0.0-alpha", '<', "1.0.0-alpha.1", "more identifiers are more"},
    {"1.0.0-beta.2", '<', "1.0.0-beta.11", "numbers as numbers"},
    {"1.0.0-rc.1", '<', "1.0.0", "a pre-release is before the release"},
    {"1.9.0", '<', "1.10.0", "numbers, not text"},
    {"1.0.0-BETA", '=', "1.0.0-beta", "case says nothing"},
    {"1.0.0-alpha.1", '<', "1.0.0-ALPHA.beta", "numbers before text"},
    {"1.0.0.0", '=', "1", "numbers left out are 0"},
    {"1.0.0", '<', "1.0.0.1", "a fourth number"},
    {"1.0.0.1-a", '<', "1.0.0.1", "a pre-release of it"},
    {"1.0.0-pre", '<', "1.0.0.1-alpha", "numbers first"},
    {"1.01.0", '=', "1.1.0", "zeros before numbers"},
    {"1.0.0-01", '=', "1.0.0-1", "and in the pre-release"},
    {"1.0.0+a", '=', "1.0.0+B", "build metadata say nothing"},
    {" 1.0 ", '=', "1.0", "spaces around it"},
    {"1.0.0-a-Z", '=', "1.0.0-A-z", "hyphens within"},
    {"1.0.0-b", '>', "1.0.0-A", "letters without case"},
    {"13.0.3", '>', "13.0.3-beta1", "as packages are published"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},
    {"1.2.3.4.5", "five numbers"},
    {"v1.0", "a v"},
    {"1.0.", "a dot at the end"},
    {"1.0-", "an empty pre-release"},
    {"1.0-a..b", "an empty label"},
    {"[1.0,2.0)", "a range"},
    {"1.*", "a floating version"},
};

constexpr std::string_view kPieces[] = {
    "0",   "1", "2", "10", "1.0", ".",  ".",    ".",  ".0", ".1",          "-",    "-",    "-a",
    "-rc", "a", "Z", "+b", "+",   "-0", ".rc.", ".2", "--", "99999999999", "BETA", "beta", ".0.0"};

TEST(NugetVersion, Order) { testing::expect_rows(nuget(), kRows); }
TEST(NugetVersion, Refuses) { testing::expect_refused(nuget(), kRefused); }
TEST(NugetVersion, AgreesWithTheSharedTable) { testing::expect_shared_table(nuget(), 11); }
TEST(NugetVersion, IsAnOrder) { testing::expect_order_laws(nuget(), kPieces, 100'000); }
TEST(NugetVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(nuget()); }

TEST(NugetVersion, TakesLongVersions) {
  testing::expect_long_versions_work(nuget(), "9", "1.");
  testing::expect_long_versions_work(nuget(), ".1", "1.0.0-1");
  testing::expect_long_versions_work(nuget(), "A", "1.0.0-a");
}

}  // namespace
}  // namespace bulkhead::version
