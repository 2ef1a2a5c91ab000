#include "bulkhead/version/bitnami.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& bitnami() { return *find_scheme("bitnami"); }

constexpr Row kRows[] = {
    {"17.0.0-3", '>', "17.0.0", "builds of a fixed release have its fix"},
    {"17.0.0-0", '=', "17.0.0", "the first build"},
    {"1.24.0", '=', "1.24.0-0", "what advisories begin a release with"},
    {"17.0.0-9", '<', "17.0.0-10", "numbers, not text"},
    {"17.0.0-9", '<', "17.0.1-0", "the release first"},
    {"9.1.0.2", '<', "9.1.0.3", "four numbers"},
    {"9.1", '=', "9.1.0", "numbers that are left out"},
    {"2.6.0-rc1", '<', "2.6.0", "a candidate"},
    {"2.6.0-rc1-0", '<', "2.6.0-rc2-0", "two candidates, each with its build"},
    {"2.6.0a1", '<', "2.6.0b1", "a candidate without a dash"},
    {"2.6.0rc1", '=', "2.6.0-rc1", "which is the same one"},
    {"v1.2.3", '=', "1.2.3", "a leading v"},
};

constexpr BadRow kRefused[] = {{"", "empty"}, {"1 0", "a space"}, {"nightly", "no number"}};

constexpr std::string_view kPieces[] = {"0",  "1",    "2",  "10",  ".", ".1",
                                        "-1", "-rc1", "-0", "+b1", "a", "b"};

TEST(BitnamiVersion, Order) { testing::expect_rows(bitnami(), kRows); }
TEST(BitnamiVersion, Refuses) { testing::expect_refused(bitnami(), kRefused); }
TEST(BitnamiVersion, IsAnOrder) { testing::expect_order_laws(bitnami(), kPieces, 100'000); }
TEST(BitnamiVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(bitnami()); }
TEST(BitnamiVersion, TakesLongVersions) {
  testing::expect_long_versions_work(bitnami(), ".1", "1");
}

}  // namespace
}  // namespace bulkhead::version
