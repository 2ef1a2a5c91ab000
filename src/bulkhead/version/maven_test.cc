#include "bulkhead/version/maven.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& maven() { return *find_scheme("maven"); }

constexpr Row kRows[] = {
    {"1", '=', "1.0.0", "zeros at the end"},
    {"1", '=', "1-0.0", "also in a list"},
    {"1.0a", '=', "1-a", "zeros before a word"},
    {"1.0-1", '=', "1-1", "zeros before a list"},
    {"1-alpha", '<', "1-beta", "words in their order"},
    {"1-beta", '<', "1-milestone", "words in their order"},
    {"1-milestone", '<', "1-rc", "words in their order"},
    {"1-rc", '<', "1-SNAPSHOT", "words in their order"},
    {"1-SNAPSHOT", '<', "1", "words in their order"},
    {"1", '<', "1-sp", "words in their order"},
    {"1-sp", '<', "1-abc", "other words come after"},
    {"1-abc", '<', "1-xyz", "by letters"},
    {"1-xyz", '<', "1-1", "a list of numbers comes after words"},
    {"1-1", '<', "1.1", "and before numbers"},
    {"1-rc", '=', "1-CR", "rc by its other name"},
    {"1.Final", '=', "1", "words for the release"},
    {"1-GA", '=', "1", "words for the release"},
    {"1.0.RELEASE", '=', "1.0", "words for the release"},
    {"1a1", '=', "1-alpha-1", "a letter before a digit"},
    {"1-a", '<', "1-b", "else it is a word"},
    {"1a1", '<', "1", "a preview"},
    {"1-a", '>', "1", "a word"},
    {"1.0.0.M1", '<', "1.0.0.M2", "milestones"},
    {"1.0.0.RC1", '<', "1.0.0", "with dots"},
    {"1.0.0.Beta-1", '<', "1.0.0", "a word that a list follows"},
    {"1.0-0-rc", '<', "1.sp", "where Maven goes in a circle"},
    {"2.0.1-xyz", '<', "2.0.1-123", "numbers after words"},
    {"1-rc.1", '>', "1-rc-1", "a number is above a list"},
    {"1..2", '=', "1.0.2", "nothing is 0"},
    {"1--2", '<', "1-2", "a list in a list"},
    {"3.2.1-jre", '<', "3.2.2-android", "numbers first"},
    {"31.1-android", '<', "31.1-jre", "by letters"},
    {"1.8.0_292", '<', "1.8.0_302", "an underscore is a letter"},
    {"9.4.9.v20180320", '<', "9.4.10.v20180503", "as Jetty has it"},
    {"4.1.0.CR1", '<', "4.1.0.Final", "as Netty has it"},
    {"2.9.10", '>', "2.9.9.3", "numbers, not text"},
    {"2.3.20-3.5.7", '>', "2.3.20", "a list of numbers"},
    {"1.99999999999999999999", '<', "1.100000000000000000000", "long numbers"},
    {"1-x.0.0.1", '>', "1-x", "zeros that a number follows"},
    {"1.ga.1", '>', "1", "a word that means nothing, but more follows"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},
    {"1 0", "a space"},
    {"[1.0,2.0)", "a range"},
    {"${revision}", "a property"},
    {"1/2", "a slash"},
    {"1\\2", "a backslash"},
    {"1:2", "a colon"},
    {"1.0\n", "a newline"},
};

constexpr std::string_view kPieces[] = {
    "0",  "1",  "2",         "10",     "01", ".",   ".",   ".0", ".1", "-",  "-",    "-0", "a",
    "rc", "RC", "-SNAPSHOT", ".Final", "sp", "-sp", ".sp", "x",  "m",  "ga", "beta", "_",  ".v"};

// Maven 3.8.7, 3.9.9 and 4.0.0-rc-3 agree on these. The table has them from an older Maven.
constexpr testing::DisputedRow kDisputed[] = {
    {"1.0.0-RC16", '>', "1.0.0.RC8-beta"},
    {"1.0.0-gradle-rework-beta3", '>', "1.0.0.RC7-3"},
    {"1.1.31.sec10", '>', "1.1.31_noneautotype"},
    {"1.2.8.sec10_noneautotype", '>', "1.2.8_noneautotype"},
    {"1.2.54.sec10", '>', "1.2.54_noneautotype"},
    {"1.5.9.RC1", '>', "1.5.9-RC0"},
};

TEST(MavenVersion, Order) { testing::expect_rows(maven(), kRows); }
TEST(MavenVersion, Refuses) { testing::expect_refused(maven(), kRefused); }
TEST(MavenVersion, AgreesWithTheSharedTable) {
  testing::expect_shared_table(maven(), 4400, kDisputed);
}
TEST(MavenVersion, IsAnOrder) { testing::expect_order_laws(maven(), kPieces, 100'000); }
TEST(MavenVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(maven()); }

TEST(MavenVersion, TakesLongVersions) {
  testing::expect_long_versions_work(maven(), "9", "1.");
  testing::expect_long_versions_work(maven(), ".0", "1");
  testing::expect_long_versions_work(maven(), "-0", "1");
  testing::expect_long_versions_work(maven(), "a1", "1");
  testing::expect_long_versions_work(maven(), "-1", "1");
  testing::expect_long_versions_work(maven(), ".a", "1");
  testing::expect_long_versions_work(maven(), ".ga", "1");
}

}  // namespace
}  // namespace bulkhead::version
