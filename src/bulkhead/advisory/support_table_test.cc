#include "bulkhead/advisory/support_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "bulkhead/base/text.h"

namespace bulkhead::advisory {
namespace {

bool is_day_or_empty(std::string_view text) {
  return text.empty() || (parse_utc(text) > 0 && format_utc(parse_utc(text)).starts_with(text));
}

TEST(SupportTable, DistributionsAreInOrderAndNameTheirPage) {
  EXPECT_TRUE(std::ranges::is_sorted(supported_distros(), {}, &SupportedDistro::os_id));
  for (const SupportedDistro& distro : supported_distros()) {
    SCOPED_TRACE(distro.os_id);
    EXPECT_FALSE(distro.name.empty());
    EXPECT_TRUE(distro.page.starts_with("https://"));
    EXPECT_EQ(find_supported_distro(distro.os_id), &distro);
    EXPECT_FALSE(support_rows(distro.os_id).empty());
    EXPECT_TRUE(distro.further.name.empty() || !distro.extended.name.empty());
  }
  EXPECT_EQ(find_supported_distro("nonesuch"), nullptr);
  EXPECT_TRUE(support_rows("nonesuch").empty());
}

TEST(SupportTable, RowsHaveDaysThatFollowEachOther) {
  for (const SupportedDistro& distro : supported_distros()) {
    std::set<std::string_view> seen;
    for (const SupportRow& row : support_rows(distro.os_id)) {
      SCOPED_TRACE(std::string(row.os_id) + " " + std::string(row.release));
      EXPECT_TRUE(seen.insert(row.release).second) << "twice";
      EXPECT_TRUE(is_day_or_empty(row.ends));
      EXPECT_TRUE(is_day_or_empty(row.extended_ends));
      EXPECT_TRUE(is_day_or_empty(row.further_ends));
      EXPECT_TRUE(row.extended_ends.empty() || row.ends < row.extended_ends);
      EXPECT_TRUE(row.further_ends.empty() || row.extended_ends < row.further_ends);
      EXPECT_TRUE(row.extended_ends.empty() || !distro.extended.name.empty());
      EXPECT_TRUE(row.further_ends.empty() || !distro.further.name.empty());
    }
  }
}

TEST(SupportTable, KnowsWhatHasNoEnd) {
  const auto os = [](std::string id, std::string version, std::string codename) {
    OsInfo info;
    info.id = std::move(id);
    info.version = std::move(version);
    info.codename = std::move(codename);
    return info;
  };
  EXPECT_TRUE(is_rolling(os("arch", "", "")));
  EXPECT_TRUE(is_rolling(os("wolfi", "20230201", "")));
  EXPECT_TRUE(is_rolling(os("chainguard", "20230214", "")));
  EXPECT_TRUE(is_rolling(os("opensuse-tumbleweed", "20261101", "")));
  EXPECT_TRUE(is_rolling(os("alpine", "3.25.0_alpha20261101", "")));
  EXPECT_TRUE(is_rolling(os("alpine", "edge", "")));
  EXPECT_TRUE(is_rolling(os("debian", "", "sid")));
  EXPECT_FALSE(is_rolling(os("alpine", "3.24.1", "")));
  EXPECT_FALSE(is_rolling(os("debian", "", "forky")));
  EXPECT_FALSE(is_rolling(os("debian", "13", "trixie")));
  EXPECT_FALSE(is_rolling(os("ubuntu", "24.04", "sid")));
}

TEST(SupportTable, CentosStreamIsAnother) {
  OsInfo os;
  os.id = "centos";
  EXPECT_EQ(support_id(os), "centos");
  os.variant = "stream";
  EXPECT_EQ(support_id(os), "centos-stream");
  os.id = "fedora";
  EXPECT_EQ(support_id(os), "fedora");
}

}  // namespace
}  // namespace bulkhead::advisory
