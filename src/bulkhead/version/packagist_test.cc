#include "bulkhead/version/packagist.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& packagist() { return *find_scheme("packagist"); }

constexpr Row kRows[] = {
    {"1", '=', "1.0.0.0", "numbers left out are 0"},
    {"1.0-dev", '<', "1.0-alpha", "dev, alpha"},
    {"1.0-alpha1", '<', "1.0-beta1", "alpha, beta"},
    {"1.0b2", '<', "1.0RC1", "beta, RC"},
    {"1.0RC1", '<', "1.0", "RC, release"},
    {"1.0", '<', "1.0p1", "release, patch"},
    {"1.0pl1", '=', "1.0-patch1", "patch by other names"},
    {"1.0a", '=', "1.0-alpha", "without a number"},
    {"1.0-alpha", '<', "1.0-alpha1", "no number is before all"},
    {"1.0-beta.2", '<', "1.0-beta.11", "numbers as numbers"},
    {"1.0-beta.1.2", '>', "1.0-beta.1", "more numbers are more"},
    {"1.0-beta1-dev", '<', "1.0-beta1", "a dev version of a beta"},
    {"1.0-stable", '=', "1.0", "stable is the release"},
    {"1.0-stable2-dev", '=', "1.0", "and what follows it is passed over"},
    {"v1.0", '=', "1.0", "a v in front"},
    {"V1.0", '=', "1.0", "or a V"},
    {"1.0+build.5", '=', "1.0", "build metadata say nothing"},
    {"1.0@beta", '=', "1.0", "a stability flag"},
    {"1.0 as 2.0", '=', "1.0", "an alias"},
    {" 1.0 ", '=', "1.0", "spaces around it"},
    {"1.0.", '=', "1.0", "a separator at the end"},
    {"1.x-dev", '>', "1.9999", "a numbered branch is above what it holds"},
    {"1.x-dev", '<', "2.0-dev", "and below the next"},
    {"1.2.x-dev", '<', "1.x-dev", "a narrower one"},
    {"1.*-dev", '=', "1.X-dev", "by other names"},
    {"dev-main", '<', "0.0.1-dev", "branches come first"},
    {"dev-a", '<', "dev-b", "by name"},
    {"DEV-main", '=', "dev-main", "any case of dev"},
    {"master", '=', "dev-master", "as it was once written"},
    {"20200101", '<', "20200102", "dates"},
    {"2010-01-02", '<', "2010-01-03", "dates with dashes"},
    {"2010.01.02.03", '<', "2010.01.02.03.04", "a date that is longer"},
    {"20100102-203040", '<', "20100102-203041", "with a time"},
    {"20100102-203040-p1", '>', "20100102-203040", "and a patch"},
    {"201903.0", '<', "201903.0-p2", "a month"},
    {"1.2.3.4", '<', "1.2.3.5", "four numbers"},
    {"1.9", '<', "1.10", "numbers, not text"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},
    {"a", "no number"},
    {"1.2.3.4.5", "five numbers"},
    {"1.0-foo", "a word that is none"},
    {"1.0.0-meh", "a word that is none"},
    {"1.x", "a constraint"},
    {"^1.0", "a constraint"},
    {"1.0+a b", "a space in the build"},
    {"1.0+", "an empty build"},
    {"1.0 as", "an alias of nothing"},
    {"1.0-beta-x", "a word after it"},
    {"1234567.8.9.10", "too many digits for a number, and no date"},
    {"2010-1-555-1", "no date"},
    {"foo-dev", "a branch by its old name"},
    {".1", "a dot in front"},
    {"1,0", "a comma"},
    {"1.0 2.0", "a space within"},
};

constexpr std::string_view kPieces[] = {"0",   "1",        "2",    "10",    "1.0", ".",      ".0",
                                        ".1",  "v1",       "-dev", "-beta", "b",   "RC",     "a1",
                                        "p2",  "-alpha.1", "pl",   "_",     "-",   ".x-dev", "-12",
                                        ":30", "+b",       "dev-", "2020",  "01"};

TEST(PackagistVersion, Order) { testing::expect_rows(packagist(), kRows); }
TEST(PackagistVersion, Refuses) { testing::expect_refused(packagist(), kRefused); }
TEST(PackagistVersion, AgreesWithTheSharedTable) {
  testing::expect_shared_table(packagist(), 3100);
}
TEST(PackagistVersion, IsAnOrder) { testing::expect_order_laws(packagist(), kPieces, 100'000); }
TEST(PackagistVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(packagist()); }

TEST(PackagistVersion, TakesLongVersions) {
  testing::expect_long_versions_work(packagist(), "9", "1.");
  testing::expect_long_versions_work(packagist(), ".1", "1-beta1");
  testing::expect_long_versions_work(packagist(), "-1", "1p1");
  testing::expect_long_versions_work(packagist(), "1", "1.0.1");
}

TEST(PackagistVersion, AgreesWithComposerWhereATableDoesNot) {
  testing::expect_disputed_table(packagist(), 11);
}

TEST(PackagistVersion, KnowsBranches) {
  for (const std::string_view branch : {"dev-main", "master", "trunk", "default", "dev-1.0"}) {
    EXPECT_TRUE(is_packagist_branch(branch)) << branch;
  }
  for (const std::string_view version : {"1.0", "1.x-dev", "1.0-dev", "", "main"}) {
    EXPECT_FALSE(is_packagist_branch(version)) << version;
  }
}

}  // namespace
}  // namespace bulkhead::version
