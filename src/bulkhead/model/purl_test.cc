#include "bulkhead/model/purl.h"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace bulkhead {
namespace {

using Qualifiers = std::vector<std::pair<std::string_view, std::string_view>>;

TEST(Purl, IsCanonical) {
  const struct {
    std::string_view type, namespace_, name, version;
    Qualifiers qualifiers;
    std::string_view want;
    std::string_view why;
  } rows[] = {
      {"deb",
       "debian",
       "curl",
       "7.50.3-1",
       {{"distro", "debian-12"}, {"arch", "amd64"}},
       "pkg:deb/debian/curl@7.50.3-1?arch=amd64&distro=debian-12",
       "qualifiers are sorted"},
      {"deb",
       "debian",
       "attr",
       "1:2.4.47-2+b1~x",
       {},
       "pkg:deb/debian/attr@1:2.4.47-2%2Bb1~x",
       "':' and '~' stay, '+' does not"},
      {"alpm",
       "Arch",
       "Pacman",
       "6.0.1-1",
       {{"arch", "x86_64"}},
       "pkg:alpm/arch/pacman@6.0.1-1?arch=x86_64",
       "alpm in lower case"},
      {"bitnami",
       "",
       "WordPress",
       "6.2.0",
       {{"arch", "arm64"}, {"distro", "debian-12"}},
       "pkg:bitnami/wordpress@6.2.0?arch=arm64&distro=debian-12",
       "bitnami in lower case"},
      {"deb", "debian", "libstdc++6", "12", {}, "pkg:deb/debian/libstdc%2B%2B6@12", "in names"},
      {"deb",
       "Debian",
       "Curl",
       "1A",
       {},
       "pkg:deb/debian/curl@1A",
       "namespace and name in lower case, the version as it is"},
      {"apk", "alpine", "R", "4.3.1-r0", {}, "pkg:apk/alpine/r@4.3.1-r0", "apk, too"},
      {"generic", "", "OpenSSL", "", {}, "pkg:generic/OpenSSL", "no namespace, no version"},
      {"npm", "@angular", "core", "1", {}, "pkg:npm/%40angular/core@1", "'@' is encoded"},
      {"golang",
       "/github.com//gorilla/",
       "context",
       "v1",
       {},
       "pkg:golang/github.com/gorilla/context@v1",
       "empty segments are left out"},
      {"generic",
       "a b/c%d",
       "/e/f/",
       "g?h#i",
       {},
       "pkg:generic/a%20b/c%25d/e%2Ff@g%3Fh%23i",
       "each segment by itself"},
      {"generic",
       "",
       "a",
       "",
       {{"x", ""}, {"b", "/&="}, {"a", ""}},
       "pkg:generic/a?b=%2F%26%3D",
       "empty qualifiers are left out"},
      {"generic", "", "\xc3\xa9\x01", "", {}, "pkg:generic/%C3%A9%01", "other bytes"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(make_purl(row.type, row.namespace_, row.name, row.version, row.qualifiers), row.want);
  }
}

std::string text_or_empty(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? "" : found->get<std::string>();
}

// The purl project's own cases: those that build a purl from parts, of the types that matter here.
TEST(Purl, AgreesWithTheSpecificationsTests) {
  std::size_t cases = 0;
  for (const std::string type : {"apk", "deb", "generic", "golang", "npm"}) {
    const std::string path =
        BULKHEAD_SOURCE_DIR "/../shared/schemas/purl-tests/" + type + "-test.json";
    std::ifstream file(path);
    if (!file) GTEST_SKIP() << path << " is not there";
    const nlohmann::json document = nlohmann::json::parse(file);
    for (const auto& test : document["tests"]) {
      if (test["test_type"] != "build" || test["expected_failure"] == true) continue;
      const auto& input = test["input"];
      if (!text_or_empty(input, "subpath").empty()) continue;  // make_purl writes none
      std::vector<std::pair<std::string, std::string>> owned;
      if (input["qualifiers"].is_object()) {
        for (const auto& [key, value] : input["qualifiers"].items()) {
          owned.emplace_back(key, value.get<std::string>());
        }
      }
      std::ranges::reverse(owned);  // they must be sorted by us
      const Qualifiers qualifiers(owned.begin(), owned.end());
      EXPECT_EQ(
          make_purl(text_or_empty(input, "type"), text_or_empty(input, "namespace"),
                    text_or_empty(input, "name"), text_or_empty(input, "version"), qualifiers),
          test["expected_output"].get<std::string>());
      ++cases;
    }
  }
  EXPECT_GE(cases, 15U);
}

}  // namespace
}  // namespace bulkhead
