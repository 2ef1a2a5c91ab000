#include "bulkhead/version/pub.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& pub() { return *find_scheme("pub"); }

constexpr Row kRows[] = {
    {"1.0.0-alpha", '<', "1.0.0-alpha.1", "more identifiers are more"},
    {"1.0.0-alpha.1", '<', "1.0.0-alpha.beta", "numbers before text"},
    {"1.0.0-beta.2", '<', "1.0.0-beta.11", "numbers as numbers"},
    {"1.0.0-rc.1", '<', "1.0.0", "a pre-release is before the release"},
    {"1.9.0", '<', "1.10.0", "numbers, not text"},
    {"1.0.0", '<', "1.0.0+build", "no build metadata come first"},
    {"1.2.3+1", '<', "1.2.3+10", "build metadata count, as numbers"},
    {"1.2.3+9a", '>', "1.2.3+1z", "or as text"},
    {"1.2.3+1", '<', "1.2.3+1.1", "more identifiers are more"},
    {"1.2.3-a+9", '<', "1.2.3", "a pre-release is one with them, too"},
    {"1.0.0-nullsafety.0", '<', "1.0.0-nullsafety.1", "as packages are published"},
    {"2.0.0+01", '=', "2.0.0+1", "zeros before a number of the build"},
    {"v1.0.0", '=', "1.0.0", "a leading v, as advisories write"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},
    {"1.2.3.4", "four numbers"},
    {"1.2.3-", "an empty pre-release"},
    {"1.2.3+a_b", "an underscore"},
    {"any", "a constraint"},
    {"^1.2.3", "a constraint"},
};

constexpr std::string_view kPieces[] = {"0",  "1",  "2",  "10",   "1.0", ".",   ".",          ".",
                                        ".0", ".1", "-",  "-",    "-a",  "-rc", "a",          "Z",
                                        "+b", "+",  "-0", ".rc.", ".2",  "--",  "99999999999"};

TEST(PubVersion, Order) { testing::expect_rows(pub(), kRows); }
TEST(PubVersion, Refuses) { testing::expect_refused(pub(), kRefused); }
TEST(PubVersion, AgreesWithTheSharedTable) { testing::expect_shared_table(pub(), 23); }
TEST(PubVersion, IsAnOrder) { testing::expect_order_laws(pub(), kPieces, 100'000); }
TEST(PubVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(pub()); }

TEST(PubVersion, TakesLongVersions) {
  testing::expect_long_versions_work(pub(), "9", "1.");
  testing::expect_long_versions_work(pub(), ".1", "1.0.0-1");
  testing::expect_long_versions_work(pub(), ".1", "1.0.0+1");
}

}  // namespace
}  // namespace bulkhead::version
