#include "bulkhead/version/hackage.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& hackage() { return *find_scheme("hackage"); }

constexpr Row kRows[] = {
    {"1.0", '<', "1.0.0", "the shorter first"},
    {"1.9", '<', "1.10", "numbers, not text"},
    {"0.11.3.0", '<', "1.0", "left to right"},
    {"1.2.3.4.5.6.7", '>', "1.2.3.4.5.6", "as many as one likes"},
    {"4.18.2.1", '=', "4.18.2.1", "the same"},
    {"1.99999999999999999999", '<', "1.100000000000000000000", "long numbers"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},
    {"1.", "a number is missing"},
    {".1", "a number is missing"},
    {"1..2", "a number is missing"},
    {"1.01", "a leading zero"},
    {"1.0-beta", "a tag"},
    {"1.0a", "a letter"},
    {"1.0 ", "a space"},
    {"==1.*", "a constraint"},
};

constexpr std::string_view kPieces[] = {"0", "1",  "2",  "10",  ".",
                                        ".", ".0", ".1", "1.0", "99999999999"};

TEST(HackageVersion, Order) { testing::expect_rows(hackage(), kRows); }
TEST(HackageVersion, Refuses) { testing::expect_refused(hackage(), kRefused); }
TEST(HackageVersion, AgreesWithTheSharedTable) { testing::expect_shared_table(hackage(), 6); }
TEST(HackageVersion, IsAnOrder) { testing::expect_order_laws(hackage(), kPieces, 100'000); }
TEST(HackageVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(hackage()); }

TEST(HackageVersion, TakesLongVersions) {
  testing::expect_long_versions_work(hackage(), "9", "1.");
  testing::expect_long_versions_work(hackage(), ".1", "1");
}

}  // namespace
}  // namespace bulkhead::version
