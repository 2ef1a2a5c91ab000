#include "bulkhead/version/npm.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& npm() { return *find_scheme("npm"); }

constexpr Row kRows[] = {
    {"1.0.0-alpha", '<', "1.0.0-alpha.1", "more identifiers are more"},
    {"1.0.0-alpha.1", '<', "1.0.0-alpha.beta", "numbers before text"},
    {"1.0.0-beta.2", '<', "1.0.0-beta.11", "numbers as numbers"},
    {"1.0.0-rc.1", '<', "1.0.0", "a pre-release is before the release"},
    {"1.9.0", '<', "1.10.0", "numbers, not text"},
    {"1.0.0+a", '=', "1.0.0+b", "build metadata say nothing"},
    {"v1.2.3", '=', "1.2.3", "a leading v"},
    {"=v1.2.3", '=', "1.2.3", "as it was written long ago"},
    {"  1.2.3 ", '=', "1.2.3", "spaces around it"},
    {"= 1.2.3", '=', "1.2.3", "a space after the sign"},
    {"1.2.3beta", '=', "1.2.3-beta", "a pre-release without its dash"},
    {"1.2.3beta-4", '<', "1.2.3beta-5", "with a dash of its own"},
    {"1.2.3beta-4", '<', "1.2.3", "it is one all the same"},
    {"01.02.03", '=', "1.2.3", "zeros before numbers"},
    {"1.2.3-01", '=', "1.2.3-1", "and in the pre-release"},
    {"1.2", '=', "1.2.0", "patch left out"},
    {"1", '<', "1.0.1", "minor and patch left out"},
    {"9007199254740993.0.0", '>', "9007199254740992.0.0", "numbers beyond 2^53"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},
    {"v", "a v alone"},
    {"1.2.3.4", "four numbers"},
    {"1..3", "an empty number"},
    {"x.1.2", "no number"},
    {"1.2.3-", "an empty pre-release"},
    {"1.2.3-a_b", "an underscore"},
    {"1.2.3 -a", "a space within"},
    {"^1.2.3", "a range"},
    {"1.2.3+", "empty build metadata"},
    {"git+https://example.org/a.git", "an address"},
    {"latest", "a tag"},
};

constexpr std::string_view kPieces[] = {
    "0", "1", "2",  "10", "1.0", ".",    ".",  ".",  ".0",          ".1", "-", "-",    "-a", "-rc",
    "a", "Z", "+b", "+",  "-0",  ".rc.", ".2", "--", "99999999999", "v",  "=", "beta", " "};

TEST(NpmVersion, Order) { testing::expect_rows(npm(), kRows); }
TEST(NpmVersion, Refuses) { testing::expect_refused(npm(), kRefused); }
TEST(NpmVersion, AgreesWithTheSharedTable) { testing::expect_shared_table(npm(), 9); }
TEST(NpmVersion, IsAnOrder) { testing::expect_order_laws(npm(), kPieces, 100'000); }
TEST(NpmVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(npm()); }

TEST(NpmVersion, TakesLongVersions) {
  testing::expect_long_versions_work(npm(), "9", "1.");
  testing::expect_long_versions_work(npm(), ".1", "1.0.0-1");
  testing::expect_long_versions_work(npm(), "-1", "1.0.0");
  testing::expect_long_versions_work(npm(), "a", "1.0.0");
}

}  // namespace
}  // namespace bulkhead::version
