#include <gtest/gtest.h>

#include "bulkhead/catalog/library_list_tester.h"

namespace bulkhead::catalog::hackage {
namespace {

TEST(Hackage, ReadsLockFiles) {
  check_lists(
      "hackage",
      {

          {"stack.yaml.lock",
           "packages:\n- completed:\n    hackage: fuzzyset-0.2.3@sha256:ab,12\n    pantry-tree: "
           "{size: 1}\n  original:\n    hackage: fuzzyset-0.2.3@sha256:ab\n- completed:\n    name: "
           "g\n    version: 1.0\n    git: x\n- original: {}\nsnapshots: []\n",
           {"pkg:hackage/fuzzyset@0.2.3", "pkg:hackage/g@1.0"},
           1,
           "Stack; an archive by its name; one without either"},
          {"stack.yaml.lock", "packages: []\n", {}, 0, "nothing"},
          {"stack.yaml.lock", "a", {}, 1, "no mapping"},
          {"cabal.project.freeze",
           "active-repositories: hackage.haskell.org:merge\nconstraints: any.Cabal ==3.8.1.0,\n    "
           "         any.text ==2.0.2,\n             text +simdutf,\n             bytestring "
           "==0.11.3.1\nindex-state: x\n",
           {"pkg:hackage/Cabal@3.8.1.0", "pkg:hackage/bytestring@0.11.3.1",
            "pkg:hackage/text@2.0.2"},
           0,
           "Cabal; flags pin nothing"},
          {"cabal.project.freeze", "constraints: a ==1 || ==2\n", {}, 1, "no one version"},

      },
      Origin::declared);
}

}  // namespace
}  // namespace bulkhead::catalog::hackage
