#include "bulkhead/version/cran.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& cran() { return *find_scheme("cran"); }

constexpr Row kRows[] = {
    {"1.0-1", '=', "1.0.1", "separators are alike"},
    {"1.0", '<', "1.0.0", "the shorter first"},
    {"0.01.0", '=', "0.1-0", "zeros before numbers"},
    {"1.9", '<', "1.10", "numbers, not text"},
    {"2022.1.1", '>', "1.99-99", "dates"},
    {"1.99999999999999999999", '<', "1.100000000000000000000", "long numbers"},
    {"3", '<', "3.0", "one number"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},
    {"1.", "a number is missing"},
    {".1", "a number is missing"},
    {"1..2", "a number is missing"},
    {"1.a", "a letter"},
    {"-1", "a number is missing"},
    {"1.0_1", "an underscore"},
    {"1.0 ", "a space"},
    {"1.0-", "a number is missing"},
};

constexpr std::string_view kPieces[] = {"0", "1", "2",  "10", "01",  ".",
                                        ".", "-", ".0", "-1", "1.0", "99999999999"};

TEST(CranVersion, Order) { testing::expect_rows(cran(), kRows); }
TEST(CranVersion, Refuses) { testing::expect_refused(cran(), kRefused); }
TEST(CranVersion, AgreesWithTheSharedTable) { testing::expect_shared_table(cran(), 28); }
TEST(CranVersion, IsAnOrder) { testing::expect_order_laws(cran(), kPieces, 100'000); }
TEST(CranVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(cran()); }

TEST(CranVersion, TakesLongVersions) {
  testing::expect_long_versions_work(cran(), "9", "1.");
  testing::expect_long_versions_work(cran(), ".1", "1");
  testing::expect_long_versions_work(cran(), "-1", "1");
}

}  // namespace
}  // namespace bulkhead::version
