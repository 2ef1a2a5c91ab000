#include "bulkhead/version/range.h"

#include <gtest/gtest.h>

namespace bulkhead::version {
namespace {

struct Row {
  std::string_view scheme;
  RangeView range;
  std::string_view version;
  bool want;
  std::string_view why;
};

constexpr Row kRows[] = {
    {"deb", {"0", "1.0-2", ""}, "1.0-1", true, "below the fix"},
    {"deb", {"0", "1.0-2", ""}, "1.0-2", false, "the fix itself is out"},
    {"deb", {"0", "1.0-2", ""}, "1.0-3", false, "above the fix"},
    {"deb", {"0", "1.0-2", ""}, "0~", true, "introduced 0 is before every version, 0~ too"},
    {"deb", {"", "1.0-2", ""}, "0~", true, "an empty start is, too"},
    {"deb", {"1.0", "2.0", ""}, "0.9", false, "below the start"},
    {"deb", {"1.0", "2.0", ""}, "1.0", true, "the start itself is in"},
    {"deb", {"1.0", "2.0", ""}, "1.0-0", true, "the start in another spelling"},
    {"deb", {"1.0", "", "2.0"}, "2.0", true, "the last affected one is in"},
    {"deb", {"1.0", "", "2.0"}, "2.0-1", false, "above the last affected one"},
    {"deb", {"1.0", "", ""}, "99:1", true, "no end"},
    {"deb", {"0", "", ""}, "1", true, "everything"},
    {"deb", {"0", "3", "2"}, "2.5", false, "with both ends, the lower one decides"},
    {"deb", {"0", "2", "3"}, "2.5", false, "with both ends, the lower one decides"},
    {"deb", {"2", "1", ""}, "1.5", false, "an empty range"},
    {"deb", {"0", "0", ""}, "1", false, "fixed in 0: never affected"},
    {"apk", {"0", "1.2-r3", ""}, "1.2_rc1-r5", true, "a pre-release is below"},
    {"apk", {"0", "1.2-r3", ""}, "1.2-r10", false, "revisions are numbers"},
    {"semver", {"0", "1.0.0", ""}, "1.0.0-rc.1", true, "a pre-release of the fix is in"},
    {"semver", {"1.0.0-0", "", ""}, "1.0.0-alpha", true, "from the least pre-release"},
    {"semver", {"0", "1.2", ""}, "v1.1.9", true, "short and prefixed spellings"},
};

TEST(IsInRange, HoldsTheEndPoints) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(std::string(row.scheme) + " " + std::string(row.version) + ": " +
                 std::string(row.why));
    const auto in = is_in_range(*find_scheme(row.scheme), row.range, row.version);
    ASSERT_TRUE(in.has_value()) << in.error().what;
    EXPECT_EQ(*in, row.want);
  }
}

TEST(IsInRange, ComparesEndPointsThatAreRefused) {
  // The second column is what apk 2.14 says: `apk version -t 2.7.16-r11 2.7.16-33` is "<".
  constexpr Row rows[] = {
      {"apk", {"0", "2.7.16-33", ""}, "2.7.16-r11", true, "a revision without its r"},
      {"apk", {"0", "2.7.16-33", ""}, "2.7.15-r99", true, "decided before the slip"},
      {"apk", {"0", "2.7.16-33", ""}, "2.7.17-r0", false, "decided before the slip"},
      {"apk", {"0", "2.7.16-33", ""}, "2.7.160-r0", false, "160 does not begin with 16"},
      {"apk", {"2.7.16-33", "", ""}, "2.7.16-r11", false, "as a start"},
      {"deb", {"0", "1.2-", ""}, "1.1-1", true, "an empty revision"},
      {"deb", {"0", "1.2-", ""}, "1.3-1", false, "an empty revision"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const Scheme& scheme = *find_scheme(row.scheme);
    const auto in = is_in_range(scheme, row.range, row.version);
    ASSERT_TRUE(in.has_value()) << in.error().what;
    EXPECT_EQ(*in, row.want);
    EXPECT_FALSE(check_range(scheme, row.range).has_value());
  }
}

TEST(IsInRange, SaysWhichVersionIsRefused) {
  const Scheme& deb = *find_scheme("deb");
  for (const std::string_view version : {"bad-", "", "1 2", "x:1"}) {
    const auto in = is_in_range(deb, {"0", "1.0", ""}, version);
    ASSERT_FALSE(in.has_value());
    EXPECT_EQ(in.error().code, Code::malformed);
    EXPECT_NE(in.error().what.find("'" + std::string(version) + "'"), std::string::npos);
  }
  for (const RangeView& range :
       {RangeView{"bad-", "1.0", ""}, {"0", "bad-", ""}, {"0", "", "bad-"}}) {
    const auto checked = check_range(deb, range);
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().code, Code::malformed);
    EXPECT_NE(checked.error().what.find("'bad-'"), std::string::npos) << checked.error().what;
  }
  EXPECT_TRUE(check_range(deb, {"0", "1.0", "2.0"}).has_value());
  EXPECT_TRUE(check_range(deb, {"", "", ""}).has_value());
}

}  // namespace
}  // namespace bulkhead::version
