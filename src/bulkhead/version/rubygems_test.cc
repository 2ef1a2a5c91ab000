#include "bulkhead/version/rubygems.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& rubygems() { return *find_scheme("rubygems"); }

constexpr Row kRows[] = {
    {"1.0", '=', "1", "zeros at the end"},
    {"1.0.a", '=', "1.a", "zeros before a word"},
    {"1.a.0", '=', "1.a", "zeros after it"},
    {"1.0.0.0.1", '>', "1.0.0", "zeros that a number follows"},
    {"1.9", '<', "1.10", "numbers, not text"},
    {"1.0.a", '<', "1.0", "a word is before the release"},
    {"1.0.a1", '<', "1.0.a2", "numbers in it"},
    {"1.0.a10", '>', "1.0.a9", "numbers, not text"},
    {"1.0.b1", '>', "1.0.a.2", "words by letters"},
    {"1.0.Z", '<', "1.0.a", "upper case first"},
    {"1.0-1", '=', "1.0.pre.1", "a dash"},
    {"1.0-a-b", '=', "1.0.pre.a.pre.b", "each dash"},
    {"1.0-1", '<', "1.0", "a dash makes it a pre-release"},
    {"2.0.0.rc1", '>', "2.0.0.beta9", "as gems are published"},
    {" 1.0\n", '=', "1.0", "spaces around it"},
    {"01.1", '=', "1.1", "zeros before numbers"},
    {"0", '<', "0.0.1", "nothing but zeros"},
    {"0.0.a", '<', "0", "and a word after them"},
    {"1.99999999999999999999", '<', "1.100000000000000000000", "long numbers"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},
    {" ", "spaces"},
    {"a", "no number in front"},
    {"1a", "a letter after the first number"},
    {"1..2", "nothing between dots"},
    {"1.", "nothing at the end"},
    {"1.0_a", "an underscore"},
    {"1.0 2", "a space within"},
    {">= 1.0", "a requirement"},
    {"1-", "nothing at the end"},
    {"-1", "a dash in front"},
    {"1.-a", "nothing before the dash"},
    {"1.0-a..b", "nothing between dots"},
    {"1.0\n2", "two lines"},
};

constexpr std::string_view kPieces[] = {"0",  "1",    "2",  "10", "01",  "1.0",  ".",
                                        ".",  ".0",   ".1", ".a", ".b",  ".rc1", "-",
                                        "-a", ".0.0", "a",  "Z",  ".pre"};

TEST(RubygemsVersion, Order) { testing::expect_rows(rubygems(), kRows); }
TEST(RubygemsVersion, Refuses) { testing::expect_refused(rubygems(), kRefused); }
TEST(RubygemsVersion, AgreesWithTheSharedTable) { testing::expect_shared_table(rubygems(), 1200); }
TEST(RubygemsVersion, IsAnOrder) { testing::expect_order_laws(rubygems(), kPieces, 100'000); }
TEST(RubygemsVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(rubygems()); }

TEST(RubygemsVersion, TakesLongVersions) {
  testing::expect_long_versions_work(rubygems(), "9", "1.");
  testing::expect_long_versions_work(rubygems(), ".0", "1");
  testing::expect_long_versions_work(rubygems(), ".0", "1.a");
  testing::expect_long_versions_work(rubygems(), "-1", "1");
  testing::expect_long_versions_work(rubygems(), "a1", "1.a");
}

}  // namespace
}  // namespace bulkhead::version
