#include <gtest/gtest.h>

#include "bulkhead/catalog/library_list_tester.h"

namespace bulkhead::catalog::hex {
namespace {

TEST(Hex, ReadsLockFiles) {
  check_lists(
      "hex",
      {

          {"mix.lock",
           "%{\n  \"bunt\": {:hex, :bunt, \"0.2.0\", \"951c\", [:mix], [], \"hexpm\", \"7af5\"},\n "
           " \"app\": {:hex, :real, \"1.0.0\", \"ab\", [:mix], [{:x, \"~> 1.0\", [hex: :x]}], "
           "\"hexpm\"},\n  \"g\": {:git, \"https://example.org/g.git\", \"0123abcd\", [ref: "
           "\"0123\"]},\n  \"bad\": {:hex},\n  \"other\": {:svn, \"a\", \"b\"},\n}\n",
           {"pkg:hex/bunt@0.2.0", "pkg:hex/g@0123abcd", "pkg:hex/real@1.0.0"},
           1,
           "Mix; what is called otherwise; git; others are counted"},
          {"mix.lock", "%{\n}\n", {}, 0, "nothing"},
          {"mix.lock", "hello\n", {}, 1, "no map"},
          {"rebar.lock",
           "{\"1.2.0\",\n[{<<\"certifi\">>,{pkg,<<\"certifi\">>,<<\"2.9.0\">>},0},\n {<<\"g\">>,\n "
           " {git,\"https://example.org/g.git\",\n       {ref,\"abcd\"}},\n  0},\n "
           "{<<\"h\">>,{git,\"https://example.org/h\",{ref,\"ef01\"}},1}]}.\n[\n{pkg_hash,[\n "
           "{<<\"certifi\">>, <<\"6F2A\">>}]}\n].\n",
           {"pkg:hex/certifi@2.9.0", "pkg:hex/g@abcd", "pkg:hex/h@ef01"},
           0,
           "Rebar; git over several lines"},
          {"rebar.lock", "[].\n", {}, 0, "nothing"},
          {"rebar.lock", "x\n", {}, 1, "no term"},

      },
      Origin::declared);
}

}  // namespace
}  // namespace bulkhead::catalog::hex
