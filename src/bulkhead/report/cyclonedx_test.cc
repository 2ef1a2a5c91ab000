#include "bulkhead/report/cyclonedx.h"

#include <algorithm>
#include <cstddef>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bulkhead/report/suppressed_test.h"
#include "tests/support/golden.h"

namespace bulkhead::report {
namespace {

using Json = nlohmann::json;

const std::string kTestData = BULKHEAD_SOURCE_DIR "/src/bulkhead/report/testdata/";

std::string written(const ScanReport& report) {
  std::ostringstream out;
  EXPECT_TRUE(write_cyclonedx(report, {}, out));
  return out.str();
}

/// A system's package with a library that it installed, and one beside it.
ScanReport report_with_libraries() {
  ScanReport report = sample_report();
  Package owned;
  owned.type = PackageType::npm;
  owned.name = "@scope/owned";
  owned.version = "1.0.0";
  owned.id = owned.purl = "pkg:npm/%40scope/owned@1.0.0";
  owned.owner = report.packages[0].id;
  owned.licenses = {"MIT OR Apache-2.0"};
  Package jar;
  jar.type = PackageType::maven;
  jar.name = "org.example:jar";
  jar.version = "2";
  jar.id = jar.purl = "pkg:maven/org.example/jar@2";
  jar.licenses = {"The jar's own", "MIT"};
  report.packages.push_back(owned);
  report.packages.push_back(jar);
  return report;
}

TEST(CycloneDx, IsTheGoldenDocument) {
  test::expect_golden(kTestData + "sample_cyclonedx.json", written(suppressed_report()));
}

TEST(CycloneDx, NamesItselfByItsContent) {
  const Json json = Json::parse(written(sample_report()));
  const std::regex uuid(
      "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  const auto number = json.at("serialNumber").get<std::string>();
  EXPECT_TRUE(std::regex_match(number, uuid)) << number;
  ScanReport other = sample_report();
  other.packages[0].version += "1";
  EXPECT_NE(Json::parse(written(other)).at("serialNumber"), number);
  other = sample_report();
  other.created_unix_s += 1;
  EXPECT_NE(Json::parse(written(other)).at("serialNumber"), number);
}

TEST(CycloneDx, TiesLibrariesToTheirPackages) {
  const ScanReport report = report_with_libraries();
  const Json json = Json::parse(written(report));
  const Json& dependencies = json.at("dependencies");
  const Json& root = dependencies.at(0);
  EXPECT_EQ(root.at("ref"), json.at("metadata").at("component").at("bom-ref"));
  // All but the owned library, and the system.
  EXPECT_EQ(root.at("dependsOn").size(), report.packages.size());
  ASSERT_EQ(dependencies.size(), 2u);
  EXPECT_EQ(dependencies.at(1).at("ref"), report.packages[0].id);
  EXPECT_EQ(dependencies.at(1).at("dependsOn"), Json::array({"pkg:npm/%40scope/owned@1.0.0"}));
}

TEST(CycloneDx, WritesLicencesAsTheSchemaWantsThem) {
  const Json json = Json::parse(written(report_with_libraries()));
  const Json& components = json.at("components");
  const Json& owned = components.at(components.size() - 2);
  EXPECT_EQ(owned.at("licenses"), Json::parse(R"([{"expression": "MIT OR Apache-2.0"}])"));
  const Json& jar = components.back();
  EXPECT_EQ(jar.at("group"), "org.example");
  EXPECT_EQ(jar.at("name"), "jar");
  EXPECT_EQ(jar.at("licenses"),
            Json::parse(R"([{"license": {"name": "The jar's own"}}, {"license": {"id": "MIT"}}])"));
}

TEST(CycloneDx, NamesEachThingOnce) {
  const Json json = Json::parse(written(report_with_libraries()));
  std::set<std::string> refs;
  for (const Json& component : json.at("components")) {
    EXPECT_TRUE(refs.insert(component.at("bom-ref")).second) << component.at("bom-ref");
  }
  std::set<std::string> vulnerabilities;
  for (const Json& vulnerability : json.at("vulnerabilities")) {
    EXPECT_TRUE(vulnerabilities.insert(vulnerability.at("bom-ref")).second);
    for (const Json& affected : vulnerability.at("affects")) {
      EXPECT_TRUE(refs.contains(affected.at("ref"))) << affected;
    }
  }
}

TEST(CycloneDx, AffectsEachPackageOfEachFinding) {
  const ScanReport report = sample_report();
  const Json json = Json::parse(written(report));
  std::multiset<std::string> told;
  for (const Json& vulnerability : json.at("vulnerabilities")) {
    for (const Json& affected : vulnerability.at("affects")) {
      told.insert(vulnerability.at("id").get<std::string>() + "@" +
                  affected.at("ref").get<std::string>());
    }
  }
  std::multiset<std::string> wanted;
  for (const Finding& finding : report.findings) {
    if (finding.kind == FindingKind::vulnerability) {
      wanted.insert(finding.rule + "@" + finding.package_id);
    }
  }
  EXPECT_EQ(told, wanted);
}

TEST(CycloneDx, SaysWhatSomebodyJudged) {
  const ScanReport report = suppressed_report();
  const Json json = Json::parse(written(report));
  const auto wanted = std::ranges::count_if(report.findings, [](const Finding& finding) {
    return finding.kind == FindingKind::vulnerability && finding.suppressed &&
           finding.suppressed->status != SuppressionStatus::baseline;
  });
  ASSERT_GT(wanted, 0);
  std::ptrdiff_t judged = 0;
  for (const Json& vulnerability : json.at("vulnerabilities")) {
    judged += vulnerability.contains("analysis") ? 1 : 0;
  }
  EXPECT_EQ(judged, wanted);
}

TEST(CycloneDx, SaysThatItIsNotComplete) {
  ScanReport report = sample_report();
  report.is_complete = false;
  const Json json = Json::parse(written(report));
  EXPECT_EQ(json.at("compositions").at(0).at("aggregate"), "incomplete");
}

}  // namespace
}  // namespace bulkhead::report
