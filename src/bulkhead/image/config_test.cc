#include "bulkhead/image/config.h"

#include <gtest/gtest.h>

namespace bulkhead::image {
namespace {

TEST(Platform, IsReadAsPeopleWriteIt) {
  struct Case {
    std::string_view text;
    std::string_view want;  // "": refused
  };
  const Case cases[] = {
      {"linux/amd64", "linux/amd64"},
      {"Linux/X86_64", "linux/amd64"},
      {"linux/arm64/v8", "linux/arm64"},
      {"linux/aarch64", "linux/arm64"},
      {"linux/arm/v7", "linux/arm/v7"},
      {"linux/armhf", "linux/arm/v7"},
      {"linux/armv6l", "linux/arm/v6"},
      {"windows/amd64", "windows/amd64"},
      {"linux", ""},
      {"", ""},
      {"linux/", ""},
      {"/amd64", ""},
      {"linux/arm/", ""},
      {"linux/arm/v7/x", ""},
  };
  for (const Case& c : cases) {
    const auto platform = parse_platform(c.text);
    EXPECT_EQ(platform ? platform->str() : "", c.want) << c.text;
  }
}

TEST(Platform, FitsWhereVariantsAreNotContradicted) {
  const auto fits = [](std::string_view wanted, const Platform& image) {
    return is_match(*parse_platform(wanted), image);
  };
  EXPECT_TRUE(fits("linux/amd64", {"linux", "amd64", ""}));
  EXPECT_TRUE(fits("linux/arm64", {"linux", "arm64", "v8"}));
  EXPECT_TRUE(fits("linux/arm64/v8", {"linux", "arm64", ""}));
  EXPECT_TRUE(fits("linux/arm", {"linux", "arm", "v6"}));
  EXPECT_TRUE(fits("linux/arm/v7", {"linux", "arm", ""}));
  EXPECT_FALSE(fits("linux/arm/v7", {"linux", "arm", "v6"}));
  EXPECT_FALSE(fits("linux/amd64", {"linux", "arm64", ""}));
  EXPECT_FALSE(fits("linux/amd64", {"windows", "amd64", ""}));
}

TEST(ImageConfig, TakesWhatAScanNeeds) {
  const auto config = parse_config(R"({"os":"linux","architecture":"arm","variant":"v7",
    "rootfs":{"type":"layers","diff_ids":["sha256:a","sha256:b"]},
    "history":[{"created_by":"ADD base"},{"created_by":"ENV x","empty_layer":true},{}]})");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->platform.str(), "linux/arm/v7");
  EXPECT_EQ(config->diff_ids, (std::vector<std::string>{"sha256:a", "sha256:b"}));
  EXPECT_EQ(config->created_by, (std::vector<std::string>{"ADD base", ""}));
}

TEST(ImageConfig, WrongTypesAreAsGoodAsNothing) {
  for (const char* text : {"{}", R"({"rootfs":7,"history":"x","os":{},"architecture":[]})",
                           R"({"rootfs":{"diff_ids":{"a":1}},"history":{"a":1}})"}) {
    const auto config = parse_config(text);
    ASSERT_TRUE(config) << text;
    EXPECT_EQ(config->platform.str(), "") << text;
    EXPECT_TRUE(config->diff_ids.empty()) << text;
    EXPECT_TRUE(config->created_by.empty()) << text;
  }
}

TEST(ImageConfig, RefusesWhatIsNoObject) {
  for (const char* text : {"", "[]", "7", "\"x\"", "null", "{", R"({"os":"linux"} x)", "\xff"}) {
    const auto config = parse_config(text);
    ASSERT_FALSE(config) << text;
    EXPECT_EQ(config.error().code, Code::malformed) << text;
  }
}

}  // namespace
}  // namespace bulkhead::image
