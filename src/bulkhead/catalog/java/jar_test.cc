#include "bulkhead/catalog/java/jar.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"
#include "tests/support/zip_writer.h"

namespace bulkhead::catalog::java {
namespace {

using test_support::build_zip;
using Part = test_support::ZipPart;

std::string zip_of(std::vector<Part> parts) { return build_zip({.members = std::move(parts)}); }

Part properties(std::string_view group, std::string_view artifact, std::string_view version,
                std::string_view folder = "") {
  return {fmt::format("{}META-INF/maven/{}/{}/pom.properties", folder, group, artifact),
          fmt::format("#Generated\r\nversion={}\r\ngroupId={}\r\nartifactId={}\r\n", version, group,
                      artifact)};
}

Part manifest(std::string_view text) {
  return {"META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n" + std::string(text) + "\r\n"};
}

/// "name version origin confidence path" of each package.
std::vector<std::string> rows(const TestScan& scan) {
  std::vector<std::string> out;
  for (const Package& p : scan.inventory.packages) {
    out.push_back(fmt::format("{} {} {} {} {}", p.name, p.version, origin_name(p.origin),
                              confidence_name(p.confidence), p.locations[0].path));
  }
  std::ranges::sort(out);
  return out;
}

TestScan scan_file(std::string path, std::string bytes, const TestOptions& options = {}) {
  return run_inspector("java", {{std::move(path), std::move(bytes)}}, options);
}

std::vector<std::string> rows(std::string path, std::string bytes) {
  return rows(scan_file(std::move(path), std::move(bytes)));
}

using Rows = std::vector<std::string>;

TEST(Jar, TakesMavensOwnRecord) {
  const TestScan scan = scan_file(
      "app/guava-31.1-jre.jar",
      zip_of({manifest("Bundle-License: Apache-2.0;link=\"x\"\r\nBundle-Version: 31.1.0.jre\r\n"),
              properties("com.google.guava", "guava", "31.1-jre"),
              {"com/google/A.class", "x"}}));
  EXPECT_EQ(rows(scan),
            Rows{"com.google.guava:guava 31.1-jre installed certain /app/guava-31.1-jre.jar"});
  const Package& guava = scan.inventory.packages.at(0);
  EXPECT_EQ(guava.purl, "pkg:maven/com.google.guava/guava@31.1-jre");
  EXPECT_EQ(guava.type, PackageType::maven);
  EXPECT_EQ(guava.licenses, std::vector<std::string>{"Apache-2.0"});
  EXPECT_TRUE(scan.notes.empty());
}

TEST(Jar, TellsItsOwnRecordFromShadedOnes) {
  struct Row {
    std::string_view why;
    std::string name;
    std::vector<Part> parts;
    Rows want;
  };
  const Part a = properties("g", "app", "1.0");
  const Part b = properties("h", "lib", "2.0");
  const Part c = properties("g", "app-core", "1.0");
  const std::vector<Row> table = {
      {"by its name",
       "app-1.0.jar",
       {b, a},
       {"g:app 1.0 installed certain /app-1.0.jar", "h:lib 2.0 embedded certain /app-1.0.jar"}},
      {"the longest name",
       "app-core-1.0.jar",
       {a, c},
       {"g:app 1.0 embedded certain /app-core-1.0.jar",
        "g:app-core 1.0 installed certain /app-core-1.0.jar"}},
      {"by the manifest",
       "server.jar",
       {b, a, manifest("Implementation-Title: app\r\n")},
       {"g:app 1.0 installed certain /server.jar", "h:lib 2.0 embedded certain /server.jar"}},
      {"the one that has the manifest's version",
       "tool.jar",
       {a, b, manifest("Implementation-Version: 2.0\r\n")},
       {"g:app 1.0 embedded certain /tool.jar", "h:lib 2.0 installed certain /tool.jar"}},
      {"the only one of a renamed file",
       "server.jar",
       {a},
       {"g:app 1.0 installed certain /server.jar"}},
      {"not the only one of a file that is called otherwise",
       "tool-7.3.jar",
       {b, {"x/T.class", ""}},
       {"h:lib 2.0 embedded certain /tool-7.3.jar", "tool 7.3 inferred possible /tool-7.3.jar"}},
      {"with its group in front",
       "h.lib-2.0.jar",
       {b, a},
       {"g:app 1.0 embedded certain /h.lib-2.0.jar", "h:lib 2.0 installed certain /h.lib-2.0.jar"}},
      {"one that comes twice, as classes of a war",
       "app-1.0.war",
       {a, b, properties("h", "lib", "2.0", "WEB-INF/classes/")},
       {"g:app 1.0 installed certain /app-1.0.war", "h:lib 2.0 embedded certain /app-1.0.war"}},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(rows(row.name, zip_of(row.parts)), row.want);
  }
}

TEST(Jar, ReadsPomsWhereThereAreNoProperties) {
  constexpr std::string_view kParent =
      "<project><groupId>g</groupId><artifactId>parent</artifactId><version>${revision}</version>"
      "<properties><revision>3.${minor}</revision><minor>4</minor></properties></project>";
  constexpr std::string_view kChild =
      "<?xml version=\"1.0\"?><project xmlns=\"http://maven.apache.org/POM/4.0.0\"><parent>"
      "<groupId>g</groupId><artifactId>parent</artifactId><version>3.4</version></parent>"
      "<artifactId>child</artifactId><dependencies><dependency><groupId>no</groupId></dependency>"
      "</dependencies></project>";
  EXPECT_EQ(
      rows("child-3.4.jar", zip_of({{"META-INF/maven/g/child/pom.xml", std::string(kChild)}})),
      Rows{"g:child 3.4 installed certain /child-3.4.jar"});
  const std::string own =
      "<project><parent><groupId>g</groupId><artifactId>parent</artifactId></parent>"
      "<artifactId>child</artifactId><version>${revision}</version></project>";
  EXPECT_EQ(rows("child.jar", zip_of({{"META-INF/maven/g/child/pom.xml", own},
                                      {"META-INF/maven/g/parent/pom.xml", std::string(kParent)}})),
            (Rows{"g:child 3.4 installed certain /child.jar",
                  "g:parent 3.4 embedded certain /child.jar"}));
  // A version that nothing resolves is the manifest's or the name's, for the file's own.
  EXPECT_EQ(rows("child-9.jar", zip_of({{"META-INF/maven/g/child/pom.xml", own}})),
            Rows{"g:child 9 installed certain /child-9.jar"});
  const TestScan broken = scan_file(
      "x.jar", zip_of({{"META-INF/maven/g/c/pom.xml", "<project><groupId>g"},
                       {"META-INF/maven/h/d/pom.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><project/>"},
                       properties("k", "good", "1")}));
  EXPECT_EQ(rows(broken), Rows{"k:good 1 embedded certain /x.jar"});
  EXPECT_EQ(broken.notes.size(), 4U) << "two that cannot be read, two that give no package";
  EXPECT_FALSE(broken.has_gap());
}

TEST(Jar, InfersWhatMavenDidNotRecord) {
  struct Row {
    std::string_view why;
    std::string name;
    std::string_view manifest;
    std::string member;
    Rows want;
  };
  const std::vector<Row> table = {
      {"a known artifact",
       "spring-core-5.3.18.jar",
       "Implementation-Version: 5.3.18\r\n",
       "org/springframework/core/A.class",
       {"org.springframework:spring-core 5.3.18 inferred likely /spring-core-5.3.18.jar"}},
      {"Tomcat's own names",
       "catalina.jar",
       "Implementation-Title: Apache Tomcat\r\nImplementation-Version: 9.0.60\r\n",
       "org/apache/catalina/A.class",
       {"org.apache.tomcat:tomcat-catalina 9.0.60 inferred likely /catalina.jar"}},
      {"a vendor's id that its classes confirm",
       "tool-1.2.jar",
       "Implementation-Vendor-Id: com.acme\r\n",
       "com/acme/tool/A.class",
       {"com.acme:tool 1.2 inferred likely /tool-1.2.jar"}},
      {"OSGi",
       "com.acme.tool_1.2.0.v2021.jar",
       "Bundle-SymbolicName: com.acme.tool;singleton:=true\r\nBundle-Version: 1.2.0.v2021\r\n",
       "com/acme/tool/A.class",
       {"com.acme:tool 1.2.0.v2021 inferred likely /com.acme.tool_1.2.0.v2021.jar"}},
      {"a file renamed",
       "app.jar",
       "Implementation-Title: shop\r\nImplementation-Version: 2.0 (build 7)\r\n",
       "BOOT-INF/classes/A.class",
       {"shop 2.0 inferred possible /app.jar"}},
      {"its name alone",
       "acme-tool-1.2-beta-3.jar",
       "",
       "com/acme/tool/A.class",
       {"com.acme:acme-tool 1.2-beta-3 inferred possible /acme-tool-1.2-beta-3.jar"}},
      {"a manifest cut into lines",
       "x.jar",
       "Automatic-Module-Name: com.ac\r\n me.x\r\nIMPLEMENTATION-VERSION: 1.\n 5\r\n",
       "com/acme/x/A.class",
       {"com.acme:x 1.5 inferred likely /x.jar"}},
      {"a template left open",
       "x.jar",
       "Implementation-Version: ${project.version}\r\n",
       "a/A.class",
       {}},
      {"no version anywhere", "x.jar", "", "a/A.class", {}},
      {"the runtime's own",
       "jrt-fs.jar",
       "Implementation-Title: Java Runtime Environment\r\nImplementation-Version: 17.0.15\r\n",
       "jdk/internal/A.class",
       {}},
      {"no classes: sources", "guava-31.1-jre-sources.jar", "", "com/google/A.java", {}},
      {"a zip is none", "data-1.0.zip", "", "a/A.class", {}},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(rows(row.name, zip_of({manifest(row.manifest), {row.member, "x"}})), row.want);
  }
}

TEST(Jar, LooksIntoNestedArchives) {
  const std::string lib = zip_of({properties("h", "lib", "2.0")});
  const std::string boot =
      zip_of({{"BOOT-INF/lib/lib-2.0.jar", lib, 0},
              {"BOOT-INF/lib/lib-2.1.jar", zip_of({properties("h", "lib", "2.1")})},
              properties("g", "app", "1.0")});
  const std::string war = zip_of({{"WEB-INF/lib/app-1.0.jar", boot}});
  const std::string zip = zip_of({{"dist/shop.war", war, 0}});
  for (const std::size_t chunk : {1U, 100U, 1U << 20}) {
    for (const std::uint64_t memory : {0U, 600U, 16U << 20}) {
      SCOPED_TRACE(fmt::format("{} {}", chunk, memory));
      TestOptions options;
      options.chunk = chunk;
      options.run.limits.random_memory_bytes = memory;
      const TestScan scan = scan_file("opt/dist.zip", zip, options);
      constexpr std::string_view kApp = "/opt/dist.zip!/dist/shop.war!/WEB-INF/lib/app-1.0.jar";
      EXPECT_EQ(
          rows(scan),
          (Rows{fmt::format("g:app 1.0 installed certain {}", kApp),
                fmt::format("h:lib 2.0 installed certain {}!/BOOT-INF/lib/lib-2.0.jar", kApp),
                fmt::format("h:lib 2.1 installed certain {}!/BOOT-INF/lib/lib-2.1.jar", kApp)}));
      EXPECT_TRUE(scan.notes.empty());
    }
  }
}

TEST(Jar, ReadsWhateverWritersMake) {
  Part described = properties("h", "lib", "2.0");
  described.has_descriptor = true;
  Part large = properties("k", "big", "3.0");
  large.is_zip64 = true;
  EXPECT_EQ(rows("x.jar", build_zip({.members = {described, large}, .has_end64 = true})).size(),
            2U);
  // A jmod has a mark in front, an executable jar a script.
  for (const std::string& prefix : {std::string("JM\1\0", 4), std::string("#!/bin/sh\nexit 1\n")}) {
    EXPECT_EQ(rows("x.jar", build_zip({.members = {described}, .prefix = prefix})).size(), 1U);
  }
}

TEST(Jar, FindsLog4jByItsClasses) {
  const std::string core = "org/apache/logging/log4j/core/";
  const std::vector<std::string> names = {"lookup/JndiLookup.class", "util/Closer.class",
                                          "net/JndiManager.class", "config/HttpWatcher.class"};
  const auto parts = [&](const std::string& folder, std::size_t count) {
    std::vector<Part> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back({folder + names[i], "x"});
    return out;
  };
  EXPECT_EQ(rows("app.jar", zip_of(parts(core, 4))),
            Rows{"org.apache.logging.log4j:log4j-core 2.12.1 inferred possible /app.jar"});
  EXPECT_EQ(rows("app.jar", zip_of(parts("com/acme/shaded/log4j/core/", 2))),
            Rows{"org.apache.logging.log4j:log4j-core 2.0 inferred possible /app.jar"});
  const TestScan alone = scan_file("app.jar", zip_of(parts(core, 1)));
  EXPECT_TRUE(alone.inventory.packages.empty());
  ASSERT_EQ(alone.notes.size(), 1U);
  EXPECT_TRUE(alone.notes[0].what.contains("JndiLookup.class")) << alone.notes[0].what;
  // Where its record is kept that one tells.
  std::vector<Part> whole = parts(core, 4);
  whole.push_back(properties("org.apache.logging.log4j", "log4j-core", "2.17.1"));
  EXPECT_EQ(rows("app.jar", zip_of(whole)),
            Rows{"org.apache.logging.log4j:log4j-core 2.17.1 installed certain /app.jar"});
}

TEST(Jar, RefusesBombsWithOneNote) {
  const std::string lib = zip_of({properties("h", "lib", "2.0")});
  const auto incomplete = [](const TestScan& scan) {
    return std::ranges::count(scan.notes, NoteLevel::incomplete, &Note::level);
  };
  {
    TestOptions options;
    options.run.limits.archive_depth = 2;
    std::string deep = lib;
    for (int i = 0; i < 5; ++i) {
      deep = zip_of({{"a.jar", deep}, {"b.jar", lib}, properties("g", fmt::format("p{}", i), "1")});
    }
    const TestScan scan = scan_file("x.jar", deep, options);
    EXPECT_EQ(incomplete(scan), 1);
    EXPECT_TRUE(scan.notes.at(0).what.contains("--max-archive-depth")) << scan.notes[0].what;
    EXPECT_EQ(rows(scan).size(), 5U) << "p4, p3, p2, two of lib";
  }
  {
    TestOptions options;
    options.run.limits.archive_bytes = 4 << 20;
    const std::string zeros = zip_of({{"zeros", std::string(3 << 20, '\0'), 0}});
    std::vector<Part> parts = {properties("g", "bomb", "1")};
    for (int i = 0; i < 50; ++i) parts.push_back({fmt::format("{}.jar", i), zeros});
    const TestScan scan = scan_file("bomb-1.jar", zip_of(parts), options);
    EXPECT_EQ(incomplete(scan), 1);
    EXPECT_TRUE(scan.notes.at(0).what.contains("--max-archive-bytes")) << scan.notes[0].what;
    EXPECT_EQ(rows(scan), Rows{"g:bomb 1 installed certain /bomb-1.jar"});
  }
  {
    TestOptions options;
    options.run.limits.archive_entries = 10;
    std::vector<Part> parts;  // members that share one stored archive
    for (int i = 0; i < 6; ++i) {
      parts.push_back({.name = "same.jar", .text = lib, .method = 0, .header_offset = 0});
    }
    const std::string nest = zip_of(parts);
    std::vector<Part> outer;
    for (int i = 0; i < 6; ++i) outer.push_back({"nest.jar", nest, 0});
    const TestScan scan = scan_file("x.jar", zip_of(outer), options);
    EXPECT_EQ(incomplete(scan), 1);
    EXPECT_TRUE(scan.notes.at(0).what.contains("--max-archive-entries")) << scan.notes[0].what;
  }
}

TEST(Jar, GoesOnPastDamage) {
  const std::string lib = zip_of({properties("h", "lib", "2.0")});
  Part secret{"secret.jar", lib};
  secret.flags = 1;
  Part odd{"odd.jar", lib};
  odd.method = 93;
  const TestScan scan = scan_file("x.jar", zip_of({secret,
                                                   odd,
                                                   {"no.jar", "no zip at all"},
                                                   {"cut.jar", lib.substr(0, 40)},
                                                   {"empty.jar", ""},
                                                   {"lib.jar", lib},
                                                   properties("g", "x", "1")}));
  EXPECT_EQ(rows(scan), (Rows{"g:x 1 installed certain /x.jar",
                              "h:lib 2.0 installed certain /x.jar!/lib.jar"}));
  EXPECT_EQ(scan.notes.size(), 5U);
  EXPECT_FALSE(scan.has_gap());
  for (const Note& note : scan.notes) EXPECT_TRUE(note.where.ends_with(".jar")) << note.where;
  EXPECT_EQ(scan_file("x.jar", "no zip").notes.size(), 1U);
  // Whatever one bit does, nothing is invented and nothing breaks.
  const std::string good = zip_of({properties("g", "x", "1"), {"lib.jar", lib}});
  for (std::size_t at = 0; at < good.size(); at += 3) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x41);
    EXPECT_LE(rows("x.jar", bad).size(), 2U) << at;
    EXPECT_LE(rows("x.jar", good.substr(0, at)).size(), 2U) << at;
  }
}

}  // namespace
}  // namespace bulkhead::catalog::java
