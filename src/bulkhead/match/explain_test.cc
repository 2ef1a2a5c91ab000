#include "bulkhead/match/explain.h"

#include <gtest/gtest.h>

#include "bulkhead/match/memory_source_test.h"

namespace bulkhead::match {
namespace {

Package package(std::string name, std::string version, std::string source = {}) {
  Package p;
  p.type = PackageType::deb;
  p.id = p.purl = "pkg:deb/debian/" + name + "@" + version;
  p.name = std::move(name);
  p.version = std::move(version);
  p.source_name = std::move(source);
  return p;
}

OsInfo bookworm() {
  OsInfo os;
  os.id = "debian";
  os.version = "12";
  return os;
}

TEST(Explain, HoldsWhatNamesTheIdAgainstEachPackage) {
  MemorySource source;
  source.add("osv/Debian:12", "Debian:12", "ssl", "DSA-1", {"CVE-2020-1"}, "2-1");
  source.add("osv/Debian:12", "Debian:12", "ssl", "DSA-2", {"CVE-2020-2"}, "9-1");
  source.add("osv/Debian:12", "Debian:12", "curl", "DSA-1", {"CVE-2020-1"}, "2-1");
  source.statements.front().aliases = {"GHSA-xxxx"};
  const std::vector<Package> packages = {package("libssl", "1-1", "ssl"), package("curl", "3-1"),
                                         package("sh", "1-1")};
  for (const std::string_view id : {"CVE-2020-1", "cve-2020-1", "dsa-1"}) {
    SCOPED_TRACE(id);
    const auto explained = explain(packages, bookworm(), source, id);
    ASSERT_TRUE(explained);
    ASSERT_EQ(explained->size(), 2u);
    const PackageEvidence& ssl = (*explained)[0];
    EXPECT_EQ(ssl.package, 0u);
    ASSERT_EQ(ssl.evidence.size(), 1u);
    EXPECT_EQ(ssl.evidence[0].verdict.reason, Reason::affected);
    EXPECT_EQ(sentence_of(ssl.evidence[0], packages[0]), "1-1 is affected, it is below 2-1");
    const PackageEvidence& curl = (*explained)[1];
    EXPECT_EQ(curl.package, 1u);
    EXPECT_EQ(sentence_of(curl.evidence.at(0), packages[1]),
              "3-1 has the fix, it is not below 2-1");
  }
  EXPECT_EQ(explain(packages, bookworm(), source, "ghsa-XXXX")->size(), 1u) << "an alias";
  EXPECT_TRUE(explain(packages, bookworm(), source, "CVE-2020-9")->empty());
  source.is_broken = true;
  EXPECT_FALSE(explain(packages, bookworm(), source, "CVE-2020-1"));
}

TEST(Explain, HasASentenceForEachReason) {
  const Package p = package("libssl", "1-1", "ssl");
  std::set<std::string> sentences;
  for (int i = 0; i <= static_cast<int>(Reason::uncomparable); ++i) {
    Evidence evidence;
    evidence.verdict.reason = static_cast<Reason>(i);
    const std::string sentence = sentence_of(evidence, p);
    EXPECT_FALSE(sentence.empty()) << i;
    EXPECT_TRUE(sentences.insert(sentence).second) << sentence;
  }
}

}  // namespace
}  // namespace bulkhead::match
