#include "bulkhead/catalog/library_file.h"

#include <gtest/gtest.h>

namespace bulkhead::catalog {
namespace {

TEST(LibraryFile, TellsWhatAnInstalledPackageBrings) {
  constexpr std::string_view kInside[] = {
      "node_modules/a/yarn.lock",
      "app/node_modules/@s/a/package-lock.json",
      "usr/lib/python3/dist-packages/a/yarn.lock",
      "venv/lib/python3.11/site-packages/jupyterlab/staging/yarn.lock",
      "usr/lib/ruby/gems/3.1.0/gems/typeprof-0.21.2/vscode/package-lock.json",
      "gems/a-b-1/Gemfile.lock",
  };
  constexpr std::string_view kOutside[] = {
      "yarn.lock",
      "app/node_modules",
      "app/my_node_modules/yarn.lock",
      "app/node_modules2/yarn.lock",
      "gems/Gemfile.lock",
      "app/gems/my-engine/Gemfile.lock",
      "app/gems/engine-2",
      "app/mygems/a-1/Gemfile.lock",
  };
  for (const std::string_view path : kInside) EXPECT_TRUE(lies_in_package(path)) << path;
  for (const std::string_view path : kOutside) EXPECT_FALSE(lies_in_package(path)) << path;
}

TEST(LibraryFile, CountsWhatItCannotTake) {
  LibraryList list(2);
  list.add("a", "1", "MIT");
  list.add("", "1");
  list.add("a", "1 2");
  list.add(std::string_view("a\0b", 3), "1");
  list.add("b", "1", std::string_view("x\0y", 3));
  list.add("c", "1");
  list.refuse();
  EXPECT_EQ(list.refused(), 4u);
  EXPECT_EQ(list.dropped(), 1u);
  EXPECT_EQ(list.packed(), std::string_view("a\0"
                                            "1\0MIT\0b\0"
                                            "1\0x\0",
                                            14));
}

}  // namespace
}  // namespace bulkhead::catalog
