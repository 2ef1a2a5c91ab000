#include "bulkhead/advisory/ids.h"

#include <gtest/gtest.h>

namespace bulkhead::advisory {
namespace {

using Texts = std::vector<std::string>;

TEST(Ids, TakesApartWhatPeopleTyped) {
  struct Row {
    const char* text;
    Texts cves;
    Texts others;
    const char* why;
  };
  const Row rows[] = {
      {"CVE-2019-14697", {"CVE-2019-14697"}, {}, "as it should be"},
      {"CVE 2018-16859", {"CVE-2018-16859"}, {}, "a space for the first dash"},
      {"CVE_2019-2426", {"CVE_2019-2426"}, {"CVE-2019-2426"}, "an underscore"},
      {"cve-2020-1", {"CVE-2020-1"}, {}, "lower case"},
      {"CVE-2019-19451.patch", {"CVE-2019-19451"}, {}, "the name of a patch"},
      {"CVE-2017-17434-1", {"CVE-2017-17434-1"}, {"CVE-2017-17434"}, "one part of a CVE"},
      {"CVE-2017-2616 (+ regression fix)", {"CVE-2017-2616"}, {}, "a remark"},
      {"CVE-2017-13725 (IPv6 routing headers)", {"CVE-2017-13725"}, {}, "a remark with a number"},
      {"CVE-2018-14462 (ICMP) - fixed in libpcap too", {"CVE-2018-14462"}, {}, "a long remark"},
      {"CVE-\?\?\?\?-\?\?\?\?\?  XSA-295", {}, {"XSA-295"}, "a CVE that was to come"},
      {"CVE-2017-1 (XSA-208)", {"CVE-2017-1"}, {"XSA-208"}, "an id in brackets"},
      {"wnpa-sec-2017-18", {}, {"wnpa-sec-2017-18"}, "lower case"},
      {"CVE-2020-1 VSV00005 RHSA-2020:1234",
       {"CVE-2020-1"},
       {"VSV00005", "RHSA-2020:1234"},
       "others"},
      {"XPTI", {}, {"XPTI"}, "a name without a number"},
      {"CVE-2017-12122 TALOS-2017-0488", {"CVE-2017-12122"}, {"TALOS-2017-0488"}, "two ids"},
      {"CVE-2017-2615 XSA-208", {"CVE-2017-2615"}, {"XSA-208"}, "two ids"},
      {"CVE-2020-1,CVE-2020-2;CVE-2020-1", {"CVE-2020-1", "CVE-2020-2"}, {}, "a list, one double"},
      {"CVE-2019-101562", {"CVE-2019-101562"}, {}, "six digits"},
      {"XSA-123", {}, {"XSA-123"}, "no CVE"},
      {"XSA-1 XSA-2", {}, {"XSA-1", "XSA-2"}, "two that are no CVEs"},
      {"GHSA-rq3x-83w4-p28c", {}, {"GHSA-rq3x-83w4-p28c"}, "kept as it is"},
      {"ALPINE-13661", {}, {"ALPINE-13661"}, "an issue of Alpine"},
      {"TEMP-0000000-ABCDEF", {}, {"TEMP-0000000-ABCDEF"}, "Debian's placeholder"},
      {"some words", {}, {"some words"}, "no ids at all"},
      {"CVE", {}, {"CVE"}, "no number"},
      {"CVE 12", {}, {"CVE 12"}, "no number of a CVE"},
      {"CVE-201-12", {}, {"CVE-201-12"}, "a year of three digits"},
      {"CVE-2020-12a", {}, {"CVE-2020-12a"}, "a letter right behind the number"},
      {"CVE-2020-", {}, {"CVE-2020-"}, "no number"},
      {"  CVE-2020-1\n", {"CVE-2020-1"}, {}, "spaces around"},
      {"", {}, {}, "nothing"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const Ids ids = split_ids(row.text);
    EXPECT_EQ(ids.cves, row.cves);
    EXPECT_EQ(ids.others, row.others);
  }
}

TEST(Ids, KnowsDistributionsNamesForCves) {
  EXPECT_EQ(cve_of("CVE-2020-1"), "CVE-2020-1");
  EXPECT_EQ(cve_of("ALPINE-CVE-2023-1"), "CVE-2023-1");
  EXPECT_EQ(cve_of("DEBIAN-CVE-2023-46850"), "CVE-2023-46850");
  EXPECT_EQ(cve_of("UBUNTU-CVE-2024-51988"), "CVE-2024-51988");
  EXPECT_EQ(cve_of("DSA-5376-1"), std::nullopt);
  EXPECT_EQ(cve_of("ALPINE-13661"), std::nullopt);
  EXPECT_EQ(cve_of("GHSA-rq3x-83w4-p28c"), std::nullopt);
  EXPECT_EQ(cve_of("-CVE-2020-1"), std::nullopt);
  EXPECT_EQ(cve_of("CVE"), std::nullopt);
  EXPECT_EQ(cve_of(""), std::nullopt);
}

TEST(Ids, ManyIdsTakeNoQuadraticTime) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "CVE-2020-" + std::to_string(i) + " ";
  EXPECT_EQ(split_ids(text).cves.size(), 200'000u);
}

TEST(Ids, FindsTheCvesOfASentence) {
  using List = std::vector<std::string>;
  EXPECT_EQ(cves_in("fixes (CVE-2024-24989, CVE-2024-24990), see CVE-2024-24989."),
            (List{"CVE-2024-24989", "CVE-2024-24990"}));
  EXPECT_EQ(cves_in("CVE-2024-1-fix CVE-2024-2: CVE-2024-3[fedora]"),
            (List{"CVE-2024-1", "CVE-2024-2", "CVE-2024-3"}));
  EXPECT_EQ(cves_in("CVE-2024 CVE-24-1 XCVE-2024-1 CVE-2024- CVE-"), List{});
  EXPECT_EQ(cves_in(""), List{});
}

}  // namespace
}  // namespace bulkhead::advisory
