#include <gtest/gtest.h>

#include "bulkhead/catalog/library_list_tester.h"

namespace bulkhead::catalog::swift {
namespace {

TEST(Swift, ReadsResolvedPackages) {
  check_lists(
      "swift",
      {

          {"Package.resolved",
           R"({"pins":[{"identity":"swift-nio","kind":"remoteSourceControl","location":"https://github.com/apple/swift-nio.git","state":{"revision":"ab","version":"2.41.0"}},
{"identity":"b","kind":"remoteSourceControl","location":"git@github.com:u/b.git","state":{"branch":"main","revision":"cd"}},
{"identity":"mona.link","kind":"registry","location":"","state":{"version":"1.0.0"}},
{"identity":"l","kind":"localSourceControl","location":"/x/l","state":{"version":"1.0.0"}}, 1],"version":2})",
           {"pkg:swift/github.com/apple/swift-nio@2.41.0", "pkg:swift/github.com/u/b@cd",
            "pkg:swift/mona.link@1.0.0"},
           1,
           "version 2; a branch by its commit; no local ones"},
          {"Package.resolved",
           R"({"object":{"pins":[{"package":"A","repositoryURL":"https://github.com/u/A/","state":{"branch":null,"revision":"ab","version":"1.2.3"}}]},"version":1})",
           {"pkg:swift/github.com/u/A@1.2.3"},
           0,
           "version 1"},
          {"Package.resolved", "{}", {}, 1, "no pins"},
          {"Package.resolved", "", {}, 1, "empty"},

      },
      Origin::declared);
}

}  // namespace
}  // namespace bulkhead::catalog::swift
