#include "bulkhead/catalog/bitnami/bitnami.h"

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"

namespace bulkhead::catalog::bitnami {
namespace {

constexpr std::string_view kListPath = "opt/bitnami/.bitnami_components.json";
constexpr std::string_view kSpdxPath = "opt/bitnami/redis/.spdx-redis.spdx";
constexpr std::string_view kList =
    R"({"gosu":{"arch":"amd64","digest":"16f1","distro":"debian-12","type":"NAMI","version":"1.17.0-0"},
"redis":{"arch":"amd64","distro":"debian-12","type":"NAMI","version":"7.4.1-0"}})";
constexpr std::string_view kSpdx =
    R"({"SPDXID":"SPDXRef-redis","spdxVersion":"SPDX-2.3","packages":[
{"SPDXID":"SPDXRef-redis","name":"redis","versionInfo":"7.4.1-0","licenseDeclared":"RSALv2",
 "externalRefs":[{"referenceType":"cpe23Type","referenceLocator":"cpe:2.3:*:redis:redis:7.4.1"},
 {"referenceType":"purl","referenceLocator":"pkg:bitnami/redis@7.4.1-0?arch=amd64&distro=debian-12"}]},
{"SPDXID":"SPDXRef-jemalloc","name":"jemalloc","licenseDeclared":"NOASSERTION",
 "externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:bitnami/jemalloc@5.3.0-0?arch=amd64"}]},
{"SPDXID":"SPDXRef-go","name":"x","externalRefs":[{"referenceType":"purl",
 "referenceLocator":"pkg:golang/example.org/x@v1"}]}],
"files":[{"SPDXID":"SPDXRef-f","fileName":"./bin/redis-server"},
 {"SPDXID":"SPDXRef-g","fileName":"/etc/passwd"}],
"relationships":[{"spdxElementId":"SPDXRef-redis","relatedSpdxElement":"SPDXRef-f",
 "relationshipType":"CONTAINS"},
 {"spdxElementId":"SPDXRef-redis","relatedSpdxElement":"SPDXRef-g","relationshipType":"CONTAINS"},
 {"spdxElementId":"SPDXRef-redis","relatedSpdxElement":"SPDXRef-jemalloc",
 "relationshipType":"CONTAINS"}]})";
constexpr std::string_view kTags =
    "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-apache\n##### Package\nPackageName: apache\n"
    "SPDXID: SPDXRef-Package-apache\nPackageVersion: 2.4.58-1\n"
    "PackageLicenseDeclared: Apache-2.0\n"
    "ExternalRef: SECURITY cpe23Type cpe:2.3:*:apache:http_server:2.4.58:*\n"
    "ExternalRef: PACKAGE-MANAGER purl pkg:bitnami/apache@2.4.58-1?arch=arm64\n\n"
    "PackageName: other\nPackageVersion: 1\n";

TestScan scan_files(std::vector<TestFile> files, std::size_t chunk = 4096) {
  TestOptions options;
  options.chunk = chunk;
  options.os = OsInfo{};
  options.os->id = "debian";
  options.os->version = "12";
  return run_inspector("bitnami", std::move(files), options);
}

TEST(Bitnami, ReadsListAndDocumentsAndListsEachComponentOnce) {
  for (const std::size_t chunk : {1u, 5u, 4096u}) {
    const TestScan scan = scan_files({{std::string(kListPath), std::string(kList)},
                                      {std::string(kSpdxPath), std::string(kSpdx)}},
                                     chunk);
    EXPECT_EQ(rows_of(scan.inventory),
              (std::vector<std::string>{"gosu 1.17.0-0 amd64 gosu 1.17.0-0",
                                        "jemalloc 5.3.0-0 amd64 jemalloc 5.3.0-0",
                                        "redis 7.4.1-0 amd64 redis 7.4.1-0"}));
    ASSERT_EQ(scan.inventory.packages.size(), 3u);
    const Package& redis = scan.inventory.packages[0];
    EXPECT_EQ(redis.type, PackageType::bitnami);
    EXPECT_EQ(redis.purl, "pkg:bitnami/redis@7.4.1-0?arch=amd64&distro=debian-12");
    EXPECT_EQ(redis.licenses, std::vector<std::string>{"RSALv2"});
    EXPECT_EQ(paths_of(redis.files),
              std::vector<std::string>{"opt/bitnami/redis/bin/redis-server"});
    EXPECT_EQ(redis.locations, (std::vector<Location>{{0, "/" + std::string(kSpdxPath)}}));
    EXPECT_TRUE(scan.inventory.packages[1].licenses.empty());
    ASSERT_EQ(scan.notes.size(), 1u);  // the Go module
    EXPECT_FALSE(scan.has_gap());
  }
}

TEST(Bitnami, ReadsTagsAndValues) {
  const TestScan scan = scan_files({{std::string(kSpdxPath), std::string(kTags)}});
  EXPECT_EQ(rows_of(scan.inventory),
            std::vector<std::string>{"apache 2.4.58-1 arm64 apache 2.4.58-1"});
  EXPECT_EQ(scan.inventory.packages[0].licenses, std::vector<std::string>{"Apache-2.0"});
  EXPECT_EQ(scan.notes.size(), 1u);  // the other package
  EXPECT_FALSE(scan.has_gap());
}

struct Case {
  std::string_view path, text;
  std::size_t packages;
  std::string_view why;
};

TEST(Bitnami, SaysWhatItCannotRead) {
  constexpr Case kCases[] = {
      {kListPath, "", 0, "an empty list"},
      {kListPath, "[]", 0, "no object"},
      {kListPath, R"({"a":{"arch":"amd64"},"b":{"version":"1-0"}})", 1, "no version"},
      {kListPath, R"({"a b":{"version":"1-0"}})", 0, "no name"},
      {kSpdxPath, "", 0, "an empty document"},
      {kSpdxPath, "{}", 0, "no packages"},
      {kSpdxPath, "something else", 0, "neither form"},
      {kSpdxPath,
       R"({"packages":[{"externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:bitnami/a"}]}]})",
       0, "no version anywhere"},
  };
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.why);
    const TestScan scan = scan_files({{std::string(row.path), std::string(row.text)}});
    EXPECT_EQ(scan.inventory.packages.size(), row.packages);
    EXPECT_TRUE(scan.has_gap());
  }
}

TEST(Bitnami, SurvivesDamageAtEveryByte) {
  for (const auto& [path, good] :
       {std::pair(kListPath, kList), std::pair(kSpdxPath, kSpdx), std::pair(kSpdxPath, kTags)}) {
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const char c : {'\0', '"', '}', ':', '\n', '\xFF'}) {
        std::string bad(good);
        bad[at] = c;
        const TestScan scan = scan_files({{std::string(path), bad}});
        // What is lost is told: as a gap, or as a package of another kind.
        EXPECT_TRUE(!scan.notes.empty() || !scan.inventory.packages.empty()) << at;
      }
      scan_files({{std::string(path), std::string(good.substr(0, at))}});
    }
  }
}

}  // namespace
}  // namespace bulkhead::catalog::bitnami
