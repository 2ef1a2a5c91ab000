#include <gtest/gtest.h>

#include "bulkhead/catalog/library_list_tester.h"

namespace bulkhead::catalog::conan {
namespace {

TEST(Conan, ReadsLockFiles) {
  check_lists(
      "conan",
      {

          {"conan.lock",
           R"({"version":"0.5","requires":["zlib/1.2.11#ab%1.7","boost/1.82.0@u/c#cd"],"build_requires":["cmake/3.27.1"],"python_requires":["bad"]})",
           {"pkg:conan/boost@1.82.0", "pkg:conan/cmake@3.27.1", "pkg:conan/zlib@1.2.11"},
           1,
           "Conan 2; one without a version"},
          {"conan.lock",
           R"({"graph_lock":{"nodes":{"0":{"path":"conanfile.txt","requires":["1"]},"1":{"ref":"openssl/3.0.5#ab"}}},"version":"0.4"})",
           {"pkg:conan/openssl@3.0.5"},
           0,
           "Conan 1"},
          {"conan.lock", "{}", {}, 0, "nothing"},
          {"conan.lock", "[]", {}, 1, "no object"},

      },
      Origin::declared);
}

}  // namespace
}  // namespace bulkhead::catalog::conan
