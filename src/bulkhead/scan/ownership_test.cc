#include "bulkhead/scan/ownership.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/image/entry_log.h"

namespace bulkhead::scan {
namespace {

using archive::EntryType;

const std::string kPath = "usr/lib/python3/dist-packages/a-1.dist-info/METADATA";

image::Tree tree_with(const std::vector<std::pair<std::string, std::string>>& files_and_links) {
  image::Tree tree(quiet_context().limits, true);
  image::EntryLog log;
  for (const auto& [path, link] : files_and_links) {
    log.append({path, link, link.empty() ? EntryType::file : EntryType::symlink, 0644, 0, 0, 1});
  }
  Notes notes(10);
  tree.apply(log, 0, "layer 0", notes);
  return tree;
}

struct Row {
  std::string_view why;
  std::string listed;           // by the package of the distribution
  std::uint32_t package_layer;  // where that appeared
  std::uint32_t library_layer;  // that wrote the library's file
  std::string library_path;     // as its location has it
  bool is_owned;
};

TEST(Ownership, GoesByTheFileAndTheLayer) {
  const image::Tree tree = tree_with({{kPath, ""},
                                      {"lib", "usr/lib"},
                                      {"usr/lib/python3/dist-packages/b.egg", ""},
                                      {"usr/lib/python3.11", "python3"}});
  const std::string lib_path = kPath.substr(4);
  const Row rows[] = {
      {"the same path", kPath, 0, 0, "/" + kPath, true},
      {"through a merged folder", lib_path, 0, 0, "/" + kPath, true},
      {"through another link", "usr/lib/python3.11/dist-packages/a-1.dist-info/METADATA", 0, 0,
       "/" + kPath, true},
      {"brought by a layer above the package's", kPath, 0, 1, "/" + kPath, false},
      {"there before the package", kPath, 1, 0, "/" + kPath, true},
      {"another file", "usr/lib/METADATA", 0, 0, "/" + kPath, false},
      {"inside an archive that is owned", "usr/lib/python3/dist-packages/b.egg", 0, 0,
       "/usr/lib/python3/dist-packages/b.egg!/EGG-INFO/PKG-INFO", true},
      {"a place that is not in the tree", "x/METADATA", 0, 0, "/x/METADATA", false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Inventory inventory;
    Package owner;
    owner.id = "pkg:deb/debian/python3-a@1";
    owner.type = PackageType::deb;
    owner.locations = {{row.package_layer, "/var/lib/dpkg/status"}};
    owner.files.add("usr/share/doc/x");
    owner.files.add(row.listed);
    Package library;
    library.type = PackageType::pypi;
    library.locations = {{row.library_layer, row.library_path}};
    inventory.packages = {library, owner};
    assign_owners(tree, inventory);
    EXPECT_EQ(inventory.packages[0].owner, row.is_owned ? owner.id : "");
    EXPECT_EQ(inventory.packages[1].owner, "");
  }
}

TEST(Ownership, HoldsForProgramsOutsideOfPackageManagers) {
  const std::string path = "usr/lib/jvm/java-17/release";
  const image::Tree tree = tree_with({{path, ""}});
  Inventory inventory;
  Package owner;
  owner.id = "pkg:deb/debian/openjdk-17-jre-headless@17";
  owner.type = PackageType::deb;
  owner.locations = {{0, "/var/lib/dpkg/status"}};
  owner.files.add(path);
  Package runtime;
  runtime.type = PackageType::generic;
  runtime.locations = {{0, "/" + path}};
  inventory.packages = {runtime, owner};
  assign_owners(tree, inventory);
  EXPECT_EQ(inventory.packages[0].owner, owner.id);
}

}  // namespace
}  // namespace bulkhead::scan
