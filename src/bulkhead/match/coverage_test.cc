#include "bulkhead/match/coverage.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/match/memory_source_test.h"

namespace bulkhead::match {
namespace {

Package library(std::string name, std::string version, Origin origin) {
  Package package;
  package.type = PackageType::pypi;
  package.id = package.purl = "pkg:pypi/" + name + "@" + version;
  package.name = std::move(name);
  package.version = std::move(version);
  package.origin = origin;
  return package;
}

TEST(Coverage, LeavesOutWhatIsDeclaredWhereItIsInstalledUnderAnySpelling) {
  MemorySource source;
  source.add("osv/PyPI", "PyPI", "django", "PYSEC-1", {"CVE-2020-1"}, "9");
  std::vector<Package> packages = {
      library("Django", "4.0", Origin::installed), library("django", "5.0", Origin::declared),
      library("zope_interface", "1", Origin::declared), library("owned", "1", Origin::installed),
      library("Zope.Other", "1", Origin::declared)};
  packages[3].owner = "pkg:deb/debian/python3-owned@1";
  Notes notes(10);
  const std::vector<Batch> batches = batches_of(packages, std::nullopt, source, notes);
  ASSERT_EQ(batches.size(), 1U);
  std::vector<std::string> held;
  for (const Package* package : batches[0].packages) {
    held.push_back(package->match_name() + " " + package->version);
  }
  EXPECT_EQ(held, (std::vector<std::string>{"django 4.0", "zope-interface 1", "zope-other 1"}));
}

}  // namespace
}  // namespace bulkhead::match
