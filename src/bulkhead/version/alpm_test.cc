#include "bulkhead/version/alpm.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& alpm() { return *find_scheme("alpm"); }

constexpr Row kRows[] = {
    {"1.0a", '<', "1.0b", "vercmp(8)"},
    {"1.0b", '<', "1.0beta", "vercmp(8)"},
    {"1.0beta", '<', "1.0p", "vercmp(8)"},
    {"1.0p", '<', "1.0pre", "vercmp(8)"},
    {"1.0pre", '<', "1.0rc", "vercmp(8)"},
    {"1.0rc", '<', "1.0", "vercmp(8): letters are below the end"},
    {"1.0", '<', "1.0.a", "vercmp(8)"},
    {"1.0.a", '<', "1.0.1", "vercmp(8)"},
    {"1", '<', "1.0", "vercmp(8)"},
    {"1.0", '<', "1.1", "vercmp(8)"},
    {"1.1", '<', "1.1.1", "vercmp(8)"},
    {"1.1.1", '<', "1.2", "vercmp(8)"},
    {"1.2", '<', "2.0", "vercmp(8)"},
    {"2.0", '<', "3.0.0", "vercmp(8)"},
    {"1:1.0-1", '>', "2.0-1", "an epoch"},
    {"0:1.0-1", '=', "1.0-1", "no epoch is 0"},
    {"1.5.0-1", '<', "1.5.0-2", "releases"},
    {"1.5", '<', "1.5-1", "no release is before every release"},
    {"1.5.0-1.1", '>', "1.5.0-1", "a release of two numbers"},
    {"1.5.r10-1", '>', "1.5.r2-1", "numbers, not text"},
    {"2.0..1-1", '>', "2.0.1-1", "more separators are above fewer"},
};

constexpr BadRow kRefused[] = {{"", "empty"},
                               {"1 0", "a space"},
                               {"-1", "no version"},
                               {".1", "a separator at the start"},
                               {"1.-1", "at the end"}};

constexpr std::string_view kPieces[] = {"0",  "1", "2",   "10", "01", ".", ".",
                                        "-1", "a", "rc1", "b",  "1:", "r", "+"};

TEST(AlpmVersion, Order) { testing::expect_rows(alpm(), kRows); }
TEST(AlpmVersion, Refuses) { testing::expect_refused(alpm(), kRefused); }
TEST(AlpmVersion, IsAnOrder) { testing::expect_order_laws(alpm(), kPieces, 100'000); }
TEST(AlpmVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(alpm()); }
TEST(AlpmVersion, TakesLongVersions) {
  testing::expect_long_versions_work(alpm(), "9", "1.");
  testing::expect_long_versions_work(alpm(), ".1", "1");
}

}  // namespace
}  // namespace bulkhead::version
