#include "bulkhead/version/semver.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& semver() { return *find_scheme("semver"); }

constexpr Row kRows[] = {
    // Item 11.2: numbers, from left to right.
    {"1.0.0", '<', "2.0.0", "item 11.2: major"},
    {"2.0.0", '<', "2.1.0", "item 11.2: minor"},
    {"2.1.0", '<', "2.1.1", "item 11.2: patch"},
    {"1.9.0", '<', "1.10.0", "numbers, not text"},
    {"18446744073709551616.0.0", '>', "18446744073709551615.0.0", "numbers beyond 64 bits"},
    // Items 11.3 and 11.4, with the specification's own chain.
    {"1.0.0-alpha", '<', "1.0.0", "item 11.3: a pre-release is before the release"},
    {"1.0.0-alpha", '<', "1.0.0-alpha.1", "item 11.4.4: more identifiers are more"},
    {"1.0.0-alpha.1", '<', "1.0.0-alpha.beta", "item 11.4.3: numbers before text"},
    {"1.0.0-alpha.beta", '<', "1.0.0-beta", "item 11.4.2: text by ASCII"},
    {"1.0.0-beta", '<', "1.0.0-beta.2", "item 11.4.4"},
    {"1.0.0-beta.2", '<', "1.0.0-beta.11", "item 11.4.1: numbers as numbers"},
    {"1.0.0-beta.11", '<', "1.0.0-rc.1", "item 11.4.2"},
    {"1.0.0-rc.1", '<', "1.0.0", "item 11.3"},
    {"1.0.0-Beta", '<', "1.0.0-alpha", "upper case before lower case"},
    {"1.0.0-99999999999999999999", '<', "1.0.0-100000000000000000000", "long identifiers"},
    {"1.0.0-9-", '>', "1.0.0-10", "a hyphen makes it text"},
    {"1.0.0--", '<', "1.0.0--a", "identifiers of hyphens"},
    {"1.0.0-0", '<', "1.0.0", "the least pre-release"},
    // Item 10.
    {"1.0.0+a", '=', "1.0.0+b", "build metadata says nothing"},
    {"1.0.0+a-b", '=', "1.0.0", "a hyphen after the plus starts no pre-release"},
    {"1.0.0-a+b", '=', "1.0.0-a", "both"},
    {"1.0.0+007", '=', "1.0.0", "zeros are free in build metadata"},
    // What advisories write besides.
    {"v1.2.3", '=', "1.2.3", "a leading v"},
    {"1", '=', "1.0.0", "minor and patch left out"},
    {"1.2", '=', "1.2.0", "patch left out"},
    {"v1.2", '<', "1.2.1", "with a v"},
    {"1.2-rc1", '<', "1.2", "a pre-release after two numbers"},
    {"0", '<', "0.0.1", "zero"},
    {"v0.0.0-20190101000000-0123456789ab", '<', "v0.0.0-20190102000000-000000000000",
     "Go's pseudo-versions"},
    {"v2.0.0+incompatible", '=', "v2.0.0", "Go's mark"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},
    {"v", "a v alone"},
    {"V1.0.0", "an upper-case v"},
    {"vv1.0.0", "two of them"},
    {"1.2.3.4", "four numbers"},
    {"1..3", "an empty number"},
    {"1.2.", "a dot at the end"},
    {".1.2", "a dot at the start"},
    {"01.2.3", "a leading zero"},
    {"1.2.03", "a leading zero"},
    {"1.x.3", "a letter for a number"},
    {"1.2.3-", "an empty pre-release"},
    {"1.2.3-a..b", "an empty identifier"},
    {"1.2.3-a.", "an empty identifier at the end"},
    {"1.2.3-01", "a leading zero in a number of the pre-release"},
    {"1.2.3-a_b", "an underscore"},
    {"1.2.3+", "empty build metadata"},
    {"1.2.3+a..b", "an empty identifier of the build metadata"},
    {"1.2.3+a+b", "two plus signs"},
    {" 1.2.3", "a space"},
    {"1.2.3\xc3\xa9", "a byte above 0x7f"},
    {"^1.2.3", "a requirement is no version"},
    {std::string_view("1.2.3\0", 6), "a NUL"},
};

constexpr std::string_view kPieces[] = {"0", "1",  "2",  "10", "v1",   "1.0", ".",   ".",
                                        ".", ".0", ".1", "-",  "-",    "-a",  "-rc", "a",
                                        "Z", "+b", "+",  "-0", ".rc.", ".2",  "--",  "99999999999"};

TEST(SemverVersion, Order) { testing::expect_rows(semver(), kRows); }
TEST(SemverVersion, Refuses) { testing::expect_refused(semver(), kRefused); }
TEST(SemverVersion, AgreesWithTheSharedTable) { testing::expect_shared_table(semver(), 20); }
TEST(SemverVersion, IsAnOrder) { testing::expect_order_laws(semver(), kPieces, 100'000); }
TEST(SemverVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(semver()); }

TEST(SemverVersion, TakesLongVersions) {
  testing::expect_long_versions_work(semver(), "9", "1.");
  testing::expect_long_versions_work(semver(), ".1", "1.0.0-1");
  testing::expect_long_versions_work(semver(), "-1", "1.0.0");
  testing::expect_long_versions_work(semver(), ".01", "1.0.0+1");
}

}  // namespace
}  // namespace bulkhead::version
