#include "bulkhead/version/pypi.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& pypi() { return *find_scheme("pypi"); }

constexpr Row kRows[] = {
    {"1.0.dev1", '<', "1.0a1.dev1", "dev releases of the release come first"},
    {"1.0a1.dev1", '<', "1.0a1", "dev releases of a pre-release"},
    {"1.0a1", '<', "1.0a1.post1", "a post release of a pre-release"},
    {"1.0a1.post1.dev3", '<', "1.0a1.post1", "a dev release of that"},
    {"1.0a2", '<', "1.0b1", "alpha, beta"},
    {"1.0b2", '<', "1.0rc1", "beta, rc"},
    {"1.0rc1", '<', "1.0", "rc, release"},
    {"1.0", '<', "1.0+abc", "local versions"},
    {"1.0+abc", '<', "1.0+5", "words before numbers"},
    {"1.0+5", '<', "1.0+5.a", "more parts are more"},
    {"1.0+ABC", '=', "1.0+abc", "without case"},
    {"1.0+a_1", '=', "1.0+a-1", "separators are alike"},
    {"1.0+010", '=', "1.0+10", "numbers are numbers"},
    {"1.0+10", '<', "1.0.post0.dev1", "post releases come after"},
    {"1.0.post1.dev2", '<', "1.0.post1", "a dev release of one"},
    {"1.0.post1", '<', "1.0.1", "the next release"},
    {"1.0", '=', "1.0.0.0", "zeros at the end"},
    {"10.0", '>', "1.0", "which are not a number's own"},
    {"100", '>', "10", "nor these"},
    {"0.0", '=', "0", "nothing but zeros"},
    {"1!0.1", '>', "2021.9", "epochs"},
    {"0!1", '=', "1", "no epoch is 0"},
    {"1.0-1", '=', "1.0.post1", "a post release without its word"},
    {"1.0r4", '=', "1.0.post4", "by other names"},
    {"1.0-rev_4", '=', "1.0.post4", "by other names"},
    {"1.0.POST", '=', "1.0.post0", "without a number"},
    {"1.0ALPHA", '=', "1.0a0", "without a number"},
    {"1.0-c.3", '=', "1.0rc3", "rc by other names"},
    {"1.0preview3", '=', "1.0rc3", "rc by other names"},
    {"1.0_pre_3", '=', "1.0rc3", "rc by other names"},
    {"1.0DEV", '=', "1.0.dev0", "any case"},
    {"V1.0", '=', "1.0", "a v in front"},
    {" 1.0\n", '=', "1.0", "spaces around it"},
    {"1.0a.", '=', "1.0a0", "a separator after the word"},
    {"1.0a-1", '=', "1.0a1", "one before its number"},
    {"1.0a--1", '=', "1.0a0.post1", "and a post release"},
    {"1.0adev1", '=', "1.0a0.dev1", "words without separators"},
    {"01.02", '=', "1.2", "zeros before numbers"},
    {"1.99999999999999999999", '<', "1.100000000000000000000", "long numbers"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},
    {"v", "a v alone"},
    {"a1", "no number"},
    {"1.0.x", "a letter"},
    {"2004d", "as it was once done"},
    {"1.0-SNAPSHOT", "another world's word"},
    {"1..0", "two dots"},
    {".1", "a dot in front"},
    {"1.0.", "a dot at the end"},
    {"1.0+", "an empty local version"},
    {"1.0+a..b", "an empty part"},
    {"1.0+a+b", "two plus signs"},
    {"1.0+a_", "a separator at the end"},
    {"1!", "an epoch alone"},
    {"1.0a1a2", "two pre-releases"},
    {"1.0.dev1.post1", "in the wrong order"},
    {">=1.0", "a specifier"},
    {"1.0 a", "a space within"},
    {"1.0-1-1", "two of them"},
    {"1.*", "a prefix"},
};

constexpr std::string_view kPieces[] = {
    "0",      "1",  "2",    "10",   "1.0",  ".",    ".0", ".1", "a1", "b",   "rc2",
    ".post1", "-1", ".dev", "dev3", "+l.1", "+L_1", "+2", "1!", "v",  "pre", "alpha.2"};

TEST(PypiVersion, Order) { testing::expect_rows(pypi(), kRows); }
TEST(PypiVersion, Refuses) { testing::expect_refused(pypi(), kRefused); }
TEST(PypiVersion, AgreesWithTheSharedTable) { testing::expect_shared_table(pypi(), 3600); }
TEST(PypiVersion, IsAnOrder) { testing::expect_order_laws(pypi(), kPieces, 100'000); }
TEST(PypiVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(pypi()); }

TEST(PypiVersion, TakesLongVersions) {
  testing::expect_long_versions_work(pypi(), "9", "1.");
  testing::expect_long_versions_work(pypi(), ".0", "1");
  testing::expect_long_versions_work(pypi(), ".1", "1+1");
  testing::expect_long_versions_work(pypi(), "1", "1!1");
}

}  // namespace
}  // namespace bulkhead::version
