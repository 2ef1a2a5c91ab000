#include <gtest/gtest.h>

#include "bulkhead/catalog/library_list_tester.h"

namespace bulkhead::catalog::dotnet {
namespace {

TEST(Dotnet, ReadsDepsFiles) {
  check_lists(
      "dotnet",
      {
          {"app/App.deps.json",
           R"({"runtimeTarget":{"name":".NETCoreApp,Version=v8.0"},"targets":{".NETCoreApp,Version=v8.0":{
"App/1.0.0":{},"A.B/13.0.1":{"runtime":{}},"Ref/1.0.0":{"compileOnly":true},
"Both/1.0.0":{"compileOnly":true}},"other":{"Both/1.0.0":{}}},
"libraries":{"App/1.0.0":{"type":"project"},"A.B/13.0.1":{"type":"package","path":"a.b/13.0.1"},
"Ref/1.0.0":{"type":"package"},"Both/1.0.0":{"type":"package"},
"runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.0":{"type":"runtimepack"},
"Microsoft.AspNetCore.Http/8.0.0.0":{"type":"referenceassembly"}}})",
           {"pkg:nuget/A.B@13.0.1", "pkg:nuget/Both@1.0.0",
            "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.0"},
           0,
           "packages and the runtime; no projects, references, what was for compilation only"},
          {"App.deps.json",
           "\xef\xbb\xbf{\"libraries\":{\"A\":{\"type\":\"package\"}}}",
           {},
           1,
           "a byte order mark; no version"},
          {"App.deps.json", "{}", {}, 0, "no libraries"},
          {"App.deps.json", "[]", {}, 1, "no object"},
          {"App.deps.json", "{", {}, 1, "cut off"},
      },
      Origin::installed);
}

TEST(Dotnet, ReadsWhatProjectsDeclare) {
  check_lists(
      "dotnet",
      {
          {"packages.lock.json",
           R"x({"version":2,"dependencies":{"net8.0":{"A":{"type":"Direct","requested":"[1.0.0, )","resolved":"1.0.0"},
"B":{"type":"Transitive","resolved":"2.0.0"},"mine":{"type":"Project"}},
"net8.0/linux-x64":{
    "A" : {"type" : "Direct", "resolved" : "1.0.0"}, "C" : {"type" : "CentralTransitive"}}
}
})x",
           {"pkg:nuget/A@1.0.0", "pkg:nuget/B@2.0.0"},
           1,
           "frameworks together; no projects; one without a version"},
          {"packages.lock.json", "\"\"", {}, 1, "no object"},
          {"web/packages.config",
           "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<packages>\n"
           "  <package id=\"A.B\" version=\"5.2.2\" targetFramework=\"net45\" />\n"
           "  <package id=\"C\" />\n</packages>\n",
           {"pkg:nuget/A.B@5.2.2"},
           1,
           "packages.config; one without a version"},
          {"packages.config", "<configuration/>", {}, 1, "another root"},
          {"packages.config", "", {}, 1, "empty"},
          {"Directory.Packages.props",
           "<Project>\n<PropertyGroup><Ver>1.2</Ver><Full>$(ver).3</Full></PropertyGroup>\n"
           "<ItemGroup>\n<PackageVersion Include=\"A\" Version=\"$(Full)\" />\n"
           "<PackageVersion Update=\"B\"><Version>2.0.0</Version></PackageVersion>\n"
           "<GlobalPackageReference Include=\"C\" Version=\"[3.0.0]\" />\n"
           "<PackageVersion Include=\"D\" Version=\"4.*\" />\n"
           "<PackageVersion Include=\"E\" Version=\"[1,2)\" />\n"
           "<PackageVersion Include=\"F\" Version=\"$(Unknown)\" />\n</ItemGroup>\n</Project>\n",
           {"pkg:nuget/A@1.2.3", "pkg:nuget/B@2.0.0", "pkg:nuget/C@3.0.0"},
           1,
           "properties put in; ranges and what is not known are counted"},
      },
      Origin::declared);
}

TEST(Dotnet, BoundsWhatPropertiesBecome) {
  std::string text = "<Project><PropertyGroup><P0>1111111111</P0>";
  for (int i = 1; i < 40; ++i) {
    const std::string inner = "$(P" + std::to_string(i - 1) + ")";
    const std::string name = "P" + std::to_string(i);
    text.append("<" + name + ">" + inner + inner + "</" + name + ">");
  }
  text += "</PropertyGroup><PackageVersion Include=\"A\" Version=\"$(P39)\"/></Project>";
  const TestScan scan = run_inspector("dotnet", {{"Directory.Packages.props", text}});
  EXPECT_TRUE(scan.inventory.packages.empty());
  EXPECT_EQ(scan.notes.size(), 1u);
}

}  // namespace
}  // namespace bulkhead::catalog::dotnet
