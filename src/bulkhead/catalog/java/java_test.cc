#include "bulkhead/catalog/java/java.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"
#include "bulkhead/catalog/java/file_name.h"
#include "bulkhead/catalog/java/pom.h"

namespace bulkhead::catalog::java {
namespace {

using Rows = std::vector<std::string>;

/// "purl origin" of each package, in order.
Rows purls(const TestScan& scan) {
  Rows out;
  for (const Package& p : scan.inventory.packages) {
    out.push_back(p.purl + " " + std::string(origin_name(p.origin)));
  }
  return out;
}

TEST(Java, TakesFileNamesApart) {
  struct Row {
    std::string_view stem, artifact, version;
  };
  constexpr Row kRows[] = {
      {"guava-31.1-jre", "guava", "31.1-jre"},
      {"log4j-1.2-api-2.17.0", "log4j-1.2-api", "2.17.0"},
      {"netty-transport-native-epoll-4.1.75.Final-linux-x86_64", "netty-transport-native-epoll",
       "4.1.75.Final"},
      {"foo-1.0-20220101.120000-3", "foo", "1.0-20220101.120000-3"},
      {"foo-2.0-beta-9", "foo", "2.0-beta-9"},
      {"foo-2.0-SNAPSHOT", "foo", "2.0-SNAPSHOT"},
      {"foo-2.0-SNAPSHOT-jar-with-dependencies", "foo", "2.0-SNAPSHOT"},
      {"kafka_2.13-3.1.0", "kafka_2.13", "3.1.0"},
      {"bcprov-jdk15on-1.70", "bcprov-jdk15on", "1.70"},
      {"org.apache.commons.io_2.11.0.v20210923-1200", "org.apache.commons.io",
       "2.11.0.v20210923-1200"},
      {"app", "app", ""},
      {"java.base", "java.base", ""},
      {"-1", "-1", ""},
      {"", "", ""},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.stem);
    const NamedVersion named = split_file_name(row.stem);
    EXPECT_EQ(named.artifact, row.artifact);
    EXPECT_EQ(named.version, row.version);
  }
}

TEST(Java, ReadsLockFiles) {
  const TestScan scan = run_inspector(
      "java",
      {{"a/gradle.lockfile",
        "# comment\norg.slf4j:slf4j-api:1.7.36=compileClasspath,runtimeClasspath\n"
        "bad line\nempty=annotationProcessor\n"},
       {"b/build.sbt.lock",
        R"({"lockVersion":1,"dependencies":[{"org":"org.typelevel","name":"cats-core_2.13",
            "version":"2.7.0","configurations":["compile"]},{"org":"x"}]})"},
       {"c/build.sbt.lock", "{"},
       {"d/META-INF/maven/g/a/pom.properties", "groupId = g\nartifactId: a\nversion=1\\:0\n"},
       {"d/META-INF/maven/g/a/pom.xml", "<broken"}});
  EXPECT_EQ(purls(scan), (Rows{"pkg:maven/org.slf4j/slf4j-api@1.7.36 declared",
                               "pkg:maven/org.typelevel/cats-core_2.13@2.7.0 declared",
                               "pkg:maven/g/a@1:0 installed"}));
  EXPECT_EQ(scan.notes.size(), 3U);
  EXPECT_FALSE(scan.has_gap());
}

TEST(Java, ReadsPomsOfATree) {
  const TestScan scan = run_inspector(
      "java",
      {{"p/pom.xml",
        "<project><groupId>g</groupId><artifactId>parent</artifactId><version>1</version>"
        "<properties><j>2.13.2</j></properties><dependencyManagement><dependencies><dependency>"
        "<groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-databind</artifactId>"
        "<version>${j}</version></dependency></dependencies></dependencyManagement></project>",
        1},
       {"p/m/pom.xml",
        "<project><parent><groupId>g</groupId><artifactId>parent</artifactId><version>1</version>"
        "</parent><artifactId>m</artifactId><dependencies>"
        "<dependency><groupId>com.fasterxml.jackson.core</groupId>"
        "<artifactId>jackson-databind</artifactId></dependency>"
        "<dependency><groupId>${project.groupId}</groupId><artifactId>n</artifactId>"
        "<version>${project.version}</version></dependency>"
        "<dependency><groupId>h</groupId><artifactId>pinned</artifactId>"
        "<version>[1.5]</version></dependency>"
        "<dependency><groupId>h</groupId><artifactId>range</artifactId>"
        "<version>[1,2)</version></dependency>"
        "<dependency><groupId>junit</groupId><artifactId>junit</artifactId>"
        "<version>4</version><scope>test</scope></dependency>"
        "</dependencies></project>"}});
  EXPECT_EQ(purls(scan),
            (Rows{"pkg:maven/com.fasterxml.jackson.core/jackson-databind@2.13.2 declared",
                  "pkg:maven/g/n@1 declared", "pkg:maven/h/pinned@1.5 declared"}));
  ASSERT_EQ(scan.notes.size(), 1U) << "the range";
  EXPECT_EQ(scan.notes[0].where, "/p/m/pom.xml");
}

TEST(Java, BoundsPropertiesThatMultiply) {
  std::string text =
      "<project><artifactId>${a0}</artifactId><groupId>${loop}</groupId>"
      "<properties><loop>${loop}</loop>";
  for (int i = 0; i < 40; ++i) {
    const std::string name = "a" + std::to_string(i);
    const std::string next = "${a" + std::to_string(i + 1) + "}";
    text += "<" + name + ">" + next + next + next + "</" + name + ">";
  }
  text += "<a40></a40></properties></project>";
  const Result<Pom> pom = parse_pom(text);
  ASSERT_TRUE(pom) << pom.error().what;
  const PomChain chain(*pom, [](const Coordinates&) -> const Pom* { return nullptr; });
  EXPECT_EQ(chain.own(), Coordinates{});
}

TEST(Java, FindsTheRuntime) {
  const TestScan scan = run_inspector(
      "java",
      {{"opt/java/openjdk/release",
        "IMPLEMENTOR=\"Eclipse Adoptium\"\nIMPLEMENTOR_VERSION=\"Temurin-17.0.15+6\"\n"
        "JAVA_VERSION=\"17.0.15\"\nMODULES=\"java.base java.logging\"\n"},
       {"usr/lib/jvm/java-11/release", "IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"11.0.27\"\n"},
       {"usr/lib/jvm/oracle/release", "BUILD_TYPE=\"commercial\"\nJAVA_VERSION=\"1.8.0_202\"\n"},
       {"etc/release", "something else\n"},
       {"data/release", std::string(1 << 20, 'x')}});
  EXPECT_EQ(purls(scan),
            (Rows{"pkg:generic/temurin@17.0.15 installed", "pkg:generic/openjdk@11.0.27 installed",
                  "pkg:generic/oracle-jdk@1.8.0_202 installed"}));
  EXPECT_TRUE(scan.notes.empty());
}

}  // namespace
}  // namespace bulkhead::catalog::java
