#include "bulkhead/version/deb.h"

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"
#include "bulkhead/version/tool_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& deb() { return *find_scheme("deb"); }

// Debian Policy 5.6.12; each row was checked with dpkg 1.21.22.
constexpr Row kRows[] = {
    {"1.0~rc1", '<', "1.0", "a tilde sorts before the end"},
    {"1.0~~", '<', "1.0~", "two tildes before one"},
    {"1.0~", '<', "1.0", "a tilde alone, too"},
    {"1.0~a", '<', "1.0~b", "after a tilde the order goes on"},
    {"1.0-1~bpo12+1", '<', "1.0-1", "a backport is before the package"},
    {"9.9", '<', "1:0.1", "the epoch wins over everything"},
    {"1:1.0", '<', "2:0.1", "epochs are numbers"},
    {"9:1", '<', "10:1", "epochs are numbers, not text"},
    {"0:1.0", '=', "1.0", "no epoch is epoch 0"},
    {"+1:1", '=', "01:1", "dpkg reads the epoch with strtol"},
    {"-0:1", '=', "1", "strtol, again"},
    {"1.2.3-9", '<', "1.2.3-10", "digits compare as numbers"},
    {"1.0", '=', "1.0-0", "no revision equals revision 0"},
    {"1.0", '<', "1.0-1", "no revision is less than any other"},
    {"1.0-1", '<', "1.0-1.1", "a longer revision is more"},
    {"1.0-1", '<', "1.0-1+b1", "a binary rebuild is more"},
    {"1.0-1+deb12u1", '<', "1.0-1+deb12u2", "security updates"},
    {"1.0+dfsg-1", '>', "1.0-1", "what follows the number decides before the revision"},
    {"1-1-1", '>', "1-1", "the last dash starts the revision: upstream 1-1"},
    {"1-2", '<', "1.1-1", "upstream first"},
    {"1.0a", '<', "1.0+b1", "letters sort before non-letters"},
    {"1.0Z", '<', "1.0a", "letters by ASCII"},
    {"1.0", '<', "1.0a", "the end sorts before letters"},
    {"1.a", '>', "1.9", "a number ends the run before it: a letter is more than nothing"},
    {"1.01", '=', "1.1", "zeros at the start of a number say nothing"},
    {"1.", '=', "1.0", "no number equals 0"},
    {"1.0.0", '>', "1.0", "but a dot is more than the end"},
    {"99999999999999999999999", '<', "100000000000000000000000", "numbers beyond 64 bits"},
    {"000000000000000000000000001", '=', "1", "zeros beyond 64 bits"},
    {"1:1:1", '>', "1:1", "the first colon ends the epoch; a later one is upstream's"},
    {" 1.0\t", '=', "1.0", "white space around is ignored"},
    {"a", '<', ".", "no digit at the start: dpkg warns and compares"},
    {"~~", '<', "~~a", "tildes alone: dpkg warns and compares"},
    {"6.1-3.el6.x86_64", '<', "6.1-3.el7.x86_64", "an underscore: dpkg warns and compares"},
    {"1!", '>', "1a", "other characters: dpkg warns and compares"},
    {"1\xc3\xa9", '>', "1a", "bytes above 0x7f follow the letters"},
    {"1\xc3\xa9", '<', "1+", "and come before other characters"},
    {"2147483647:1", '>', "1:1", "the highest epoch"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},
    {" ", "white space alone"},
    {"1 0", "a space inside"},
    {"1\t0", "a tab inside"},
    {std::string_view("1\0", 2), "a NUL, which no argument can hold"},
    {":1", "an empty epoch"},
    {"a:1", "an epoch that is no number"},
    {"0x1:1", "an epoch in another base"},
    {"1a:1", "an epoch that does not end as a number"},
    {"+:1", "a sign alone"},
    {"-1:1", "a negative epoch"},
    {"2147483648:1", "an epoch above an int"},
    {"99999999999999999999999:1", "an epoch above 64 bits"},
    {"1:", "nothing after the epoch"},
    {"1:-1", "an empty upstream part"},
    {"-1", "an empty upstream part"},
    {"1-", "an empty revision"},
    {"-", "neither upstream part nor revision"},
    {"1-1:1", "a colon makes what is before it an epoch"},
};

constexpr std::string_view kPieces[] = {"0", "1",  "2",  "10", "01", "00",    ".",   ".",
                                        "-", "-1", "-0", "~",  "~",  "~rc1",  "+b1", "a",
                                        "b", "Z",  ":",  "1:", "0:", "+dfsg", "_",   "\xc3\xa9"};

TEST(DebVersion, Order) { testing::expect_rows(deb(), kRows); }
TEST(DebVersion, Refuses) { testing::expect_refused(deb(), kRefused); }
TEST(DebVersion, AgreesWithTheSharedTable) { testing::expect_shared_table(deb(), 4000); }
TEST(DebVersion, IsAnOrder) { testing::expect_order_laws(deb(), kPieces, 100'000); }
TEST(DebVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(deb()); }

TEST(DebVersion, TakesLongVersions) {
  testing::expect_long_versions_work(deb(), "0", "1.");
  testing::expect_long_versions_work(deb(), "9", "1.");
  testing::expect_long_versions_work(deb(), "-~", "1");
  testing::expect_long_versions_work(deb(), "-1", "1");
  testing::expect_long_versions_work(deb(), ":a", "1:1");
}

TEST(DebVersion, ShowsOnlyTheStartOfALongVersion) {
  const auto checked = check_deb("1 " + std::string(1'000'000, 'x'));
  ASSERT_FALSE(checked.has_value());
  EXPECT_LT(checked.error().what.size(), 200U);
}

/// What dpkg says: '?' where it refuses, nothing where there is no dpkg.
std::optional<char> ask_dpkg(const std::string& a, const std::string& b) {
  for (const auto& [operation, sign] : {std::pair{"lt", '<'}, {"eq", '='}, {"gt", '>'}}) {
    const auto answer = testing::run_tool({"dpkg", "--compare-versions", a, operation, b});
    if (!answer || answer->exit_code == 127) return std::nullopt;
    if (answer->exit_code > 1) return '?';
    if (answer->exit_code == 0) return sign;
  }
  return std::nullopt;
}

TEST(DebVersion, AgreesWithDpkg) {
  if (!ask_dpkg("1", "1")) GTEST_SKIP() << "no dpkg here";
  for (const Row& row : kRows) {
    if (row.a.starts_with('-')) continue;  // dpkg takes it for an option
    EXPECT_EQ(ask_dpkg(std::string(row.a), std::string(row.b)), row.sign) << row.a << " " << row.b;
  }
  for (const BadRow& row : kRefused) {
    // dpkg has a meaning of its own for an empty argument, cannot get a NUL, and takes what
    // starts with "-" for an option.
    if (row.version.empty() || row.version.starts_with('-') || row.version.contains('\0')) continue;
    EXPECT_EQ(ask_dpkg(std::string(row.version), "1"), '?') << row.version;
  }
  testing::NearVersions versions(deb(), kPieces);
  for (int i = 0; i < 300; ++i) {
    const auto [a, b] = versions.group<2>();
    if (a.starts_with('-') || b.starts_with('-')) continue;
    EXPECT_EQ(ask_dpkg(a, b), testing::sign_of(deb(), a, b)) << a << " " << b;
  }
}

}  // namespace
}  // namespace bulkhead::version
