#include "bulkhead/report/spdx.h"

#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bulkhead/report/report_test_data.h"
#include "tests/support/golden.h"

namespace bulkhead::report {
namespace {

using Json = nlohmann::json;

const std::string kTestData = BULKHEAD_SOURCE_DIR "/src/bulkhead/report/testdata/";

std::string written(const ScanReport& report) {
  std::ostringstream out;
  EXPECT_TRUE(write_spdx(report, {}, out));
  return out.str();
}

TEST(Spdx, IsTheGoldenDocument) {
  test::expect_golden(kTestData + "sample_spdx.json", written(sample_report()));
}

TEST(Spdx, NamesItselfByItsContent) {
  const Json json = Json::parse(written(sample_report()));
  ScanReport other = sample_report();
  other.packages[0].version += "1";
  EXPECT_NE(Json::parse(written(other)).at("documentNamespace"), json.at("documentNamespace"));
}

TEST(Spdx, KeepsTheTextOfALicenceThatHasNoId) {
  ScanReport report = sample_report();
  report.packages[0].licenses = {"MIT", "do what you like"};
  report.packages[1].licenses = {"do what you like"};
  const Json json = Json::parse(written(report));
  const Json& info = json.at("hasExtractedLicensingInfos");
  ASSERT_EQ(info.size(), 1u);
  EXPECT_EQ(info.at(0).at("extractedText"), "do what you like");
  const auto name = info.at(0).at("licenseId").get<std::string>();
  EXPECT_EQ(json.at("packages").at(2).at("licenseDeclared"), "MIT AND " + name);
  EXPECT_EQ(json.at("packages").at(3).at("licenseDeclared"), name);
}

TEST(Spdx, RelatesWhatThereIs) {
  ScanReport report = sample_report();
  report.packages[1].owner = report.packages[0].id;
  const Json json = Json::parse(written(report));
  std::set<std::string> ids{"SPDXRef-DOCUMENT"};
  for (const Json& package : json.at("packages")) ids.insert(package.at("SPDXID"));
  EXPECT_EQ(ids.size(), report.packages.size() + 3) << "the document, the target, the system";
  std::set<std::string> contained;
  for (const Json& relation : json.at("relationships")) {
    EXPECT_TRUE(ids.contains(relation.at("spdxElementId")));
    EXPECT_TRUE(ids.contains(relation.at("relatedSpdxElement")));
    contained.insert(relation.at("relatedSpdxElement"));
  }
  EXPECT_EQ(contained.size(), ids.size() - 1);
  EXPECT_EQ(json.at("relationships").at(3).at("spdxElementId"), "SPDXRef-Package-0");
}

}  // namespace
}  // namespace bulkhead::report
