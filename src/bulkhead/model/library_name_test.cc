#include "bulkhead/model/library_name.h"

#include <gtest/gtest.h>

namespace bulkhead {
namespace {

TEST(LibraryKey, IsOneForAllSpellings) {
  const struct {
    std::string_view ecosystem;
    std::string_view name;
    std::string_view key;
    std::string_view why;
  } rows[] = {
      {"PyPI", "Zope.Interface", "zope-interface", "PEP 503"},
      {"PyPI", "a-_.b", "a-b", "a run of separators is one"},
      {"PyPI", "_a.", "-a-", "also at the ends"},
      {"NuGet", "Newtonsoft.Json", "newtonsoft.json", "case"},
      {"Packagist", "Symfony/HTTP-Kernel", "symfony/http-kernel", "case"},
      {"Hex", "Phoenix", "phoenix", "case"},
      {"crates.io", "serde_json", "serde-json", "underscores"},
      {"crates.io", "Inflector", "inflector", "case"},
      {"Maven", "org.apache.logging.log4j:log4j-core", "org.apache.logging.log4j:log4j-core",
       "as it is"},
      {"Maven", "org.apache.logging.log4j/log4j-core", "org.apache.logging.log4j:log4j-core",
       "as purls have it"},
      {"Maven", "g:a/b", "g:a/b", "one that has its colon"},
      {"Maven", "artifact", "artifact", "without a group"},
      {"Go", "github.com/Masterminds/goutils", "github.com/Masterminds/goutils", "case matters"},
      {"Go", "github.com/!masterminds/goutils", "github.com/Masterminds/goutils",
       "as the module cache has it"},
      {"Go", "a!", "a!", "a mark alone"},
      {"Go", "a!!b!1", "a!B!1", "a mark that escapes nothing"},
      {"npm", "JSONStream", "JSONStream", "case matters"},
      {"npm", "@angular/core", "@angular/core", "a scope"},
      {"RubyGems", "RedCloth", "RedCloth", "case matters"},
      {"Debian", "Zlib_1g", "Zlib_1g", "no ecosystem of libraries"},
      {"PyPI", "", "", "no name"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(library_key(row.ecosystem, row.name), row.key) << row.ecosystem << " " << row.why;
    EXPECT_EQ(library_key(row.ecosystem, row.key), row.key) << "it is its own key";
  }
}

}  // namespace
}  // namespace bulkhead
