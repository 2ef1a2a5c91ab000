#include "bulkhead/version/rpm.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "bulkhead/version/order_check.h"
#include "bulkhead/version/tool_check.h"

namespace bulkhead::version {
namespace {

using testing::BadRow;
using testing::Row;

const Scheme& rpm() { return *find_scheme("rpm"); }

constexpr Row kRows[] = {
    {"1.0-1", '<', "1.0-2", "releases"},
    {"1.0-1.el8", '<', "1.0-1.el8_4.1", "a longer release"},
    {"2.02-156.el8", '>', "2.02-99.el8_1.1", "numbers, not text"},
    {"1:1.0-1", '>', "2.0-1", "an epoch"},
    {"0:1.0-1", '=', "1.0-1", "no epoch is 0"},
    {":1.0-1", '=', "1.0-1", "an empty epoch is 0"},
    {"007:1-1", '=', "7:1-1", "zeros before a number"},
    {"1.0~rc1-1", '<', "1.0-1", "a tilde is before the end"},
    {"1.0~rc1-1", '<', "1.0~rc2-1", "tildes on both sides"},
    {"1.0^git1-1", '>', "1.0-1", "a caret is after the end"},
    {"1.0^git1-1", '<', "1.0.1-1", "but before anything that follows"},
    {"1.0~rc1^git1-1", '>', "1.0~rc1-1", "a caret after a tilde"},
    {"1.0^git1~pre-1", '<', "1.0^git1-1", "a tilde after a caret"},
    {"1.0a-1", '<', "1.0.1-1", "letters are below numbers"},
    {"1.0a-1", '>', "1.0-1", "letters at the end"},
    {"1.0B-1", '<', "1.0a-1", "bytes, not letters without case"},
    {"1.0-1", '=', "1_0-1", "separators are alike"},
    {"1..0-1", '=', "1.0-1", "however many there are"},
    {"1.0.-1", '=', "1.0-1", "also at the end"},
    {"1.05-1", '=', "1.5-1", "zeros before a number"},
    {"1.0", '<', "1.0-0", "no release is before every release"},
    {"8.0-1.module_el8.3.0+757+d382997d", '<', "8.0-1.module_el8.4.0+2+abc", "a module's release"},
    {"99999999999999999999999999-1", '<', "100000000000000000000000000-1", "long numbers"},
    {"1.1.\xce\xb1-1", '=', "1.1.\xce\xb2\xce\xb2-1", "other bytes are separators"},
};

constexpr BadRow kRefused[] = {
    {"", "empty"},          {"1.0 -1", "a space"}, {"1.0\n-1", "a newline"},
    {"1:-1", "no version"}, {"-1", "no version"},  {"1.0-", "nothing after the dash"},
};

constexpr std::string_view kPieces[] = {"0", "1",  "2",  "10",   "01", ".",     ".",
                                        "-", "-1", "~",  "~rc1", "^",  "^git1", "a",
                                        "b", "Z",  "1:", "0:",   "+",  "_",     "el8"};

TEST(RpmVersion, Order) { testing::expect_rows(rpm(), kRows); }
TEST(RpmVersion, Refuses) { testing::expect_refused(rpm(), kRefused); }
TEST(RpmVersion, AgreesWithTheSharedTable) { testing::expect_shared_table(rpm(), 30); }
TEST(RpmVersion, IsAnOrder) { testing::expect_order_laws(rpm(), kPieces, 100'000); }
TEST(RpmVersion, ComparesAnyBytes) { testing::expect_any_bytes_compare(rpm()); }

TEST(RpmVersion, TakesLongVersions) {
  testing::expect_long_versions_work(rpm(), "9", "1.");
  testing::expect_long_versions_work(rpm(), "1.", "1.");
  testing::expect_long_versions_work(rpm(), "~1", "1");
  testing::expect_long_versions_work(rpm(), "-1", "1");
}

/// What rpm says; nothing where there is none, or one without Lua.
std::optional<char> ask_rpm(const std::string& a, const std::string& b) {
  const auto answer =
      testing::run_tool({"rpm", "--eval", "%{lua:print(rpm.vercmp('" + a + "','" + b + "'))}"});
  if (!answer || answer->exit_code != 0) return std::nullopt;
  if (answer->output == "-1\n") return '<';
  if (answer->output == "0\n") return '=';
  if (answer->output == "1\n") return '>';
  return std::nullopt;
}

TEST(RpmVersion, AgreesWithRpm) {
  if (!ask_rpm("1", "1")) GTEST_SKIP() << "no rpm here";
  // Without a release on both sides, rpm says that they are equal.
  const auto has_release = [](std::string_view version) { return version.contains('-'); };
  for (const Row& row : kRows) {
    if (has_release(row.a) != has_release(row.b)) continue;
    EXPECT_EQ(ask_rpm(std::string(row.a), std::string(row.b)), row.sign) << row.a << " " << row.b;
  }
  testing::NearVersions versions(rpm(), kPieces);
  for (int i = 0; i < 300; ++i) {
    const auto [a, b] = versions.group<2>();
    if (has_release(a) != has_release(b)) continue;
    EXPECT_EQ(ask_rpm(a, b), testing::sign_of(rpm(), a, b)) << a << " " << b;
  }
}

}  // namespace
}  // namespace bulkhead::version
