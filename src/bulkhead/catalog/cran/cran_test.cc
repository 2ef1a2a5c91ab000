#include <gtest/gtest.h>

#include "bulkhead/catalog/library_list_tester.h"

namespace bulkhead::catalog::cran {
namespace {

TEST(Cran, ReadsInstalledPackages) {
  check_lists("cran",
              {

                  {"usr/lib/R/library/stats/DESCRIPTION",
                   "Package: jsonlite\nVersion: 1.8.4\nLicense: MIT + file LICENSE\nDescription: "
                   "A\n  Version: of it\nBuilt: R 4.2.2; x86_64-pc-linux-gnu; 2023-01-01; unix\n",
                   {"pkg:cran/jsonlite@1.8.4"},
                   0,
                   "as R installs it"},
                  {"src/DESCRIPTION", "Package: a\nVersion: 1.0\n", {}, 0, "a source tree's"},
                  {"x/DESCRIPTION", "Some text about this.\n", {}, 0, "another file"},
                  {"x/DESCRIPTION", "Package: a b\nVersion: 1.0\nBuilt: x\n", {}, 1, "no name"},

              },
              Origin::installed);
}

}  // namespace
}  // namespace bulkhead::catalog::cran
