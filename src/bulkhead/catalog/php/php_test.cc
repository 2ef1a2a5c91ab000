#include <gtest/gtest.h>

#include "bulkhead/catalog/library_list_tester.h"

namespace bulkhead::catalog::php {
namespace {

TEST(Php, ReadsWhatIsInstalled) {
  check_lists(
      "php",
      {
          {"app/vendor/composer/installed.json",
           R"({"packages":[{"name":"symfony/yaml","version":"v6.4.1","license":["MIT"]},
{"name":"a/b","version":"dev-main"}],"dev":true,"dev-package-names":["a/b"]})",
           {"pkg:composer/a/b@dev-main", "pkg:composer/symfony/yaml@v6.4.1"},
           0,
           "Composer 2"},
          {"app/vendor/composer/installed.json",
           R"([{"name":"a/b","version":"1.0.0"},{"name":"c/d"},1])",
           {"pkg:composer/a/b@1.0.0"},
           1,
           "Composer 1; records without a version"},
          {"vendor/composer/installed.json", "{}", {}, 1, "no list"},
          {"vendor/composer/installed.json", "", {}, 1, "empty"},
          {"usr/share/php/.registry/archive_tar.reg",
           "a:6:{s:4:\"name\";s:11:\"Archive_Tar\";s:7:\"channel\";s:12:\"pear.php.net\";"
           "s:8:\"contents\";a:1:{s:3:\"dir\";a:2:{i:0;b:1;i:1;d:0.5;}}"
           "s:7:\"version\";a:2:{s:7:\"release\";s:6:\"1.4.14\";s:3:\"api\";s:5:\"1.4.0\";}"
           "s:4:\"none\";N;i:7;s:3:\"a\"b\";}",
           {"pkg:composer/pear/archive_tar@1.4.14"},
           0,
           "PEAR, package.xml 2.0"},
          {"usr/share/php/.registry/old.reg",
           "a:2:{s:7:\"package\";s:3:\"Old\";s:7:\"version\";s:3:\"1.0\";}",
           {"pkg:composer/pear/old@1.0"},
           0,
           "PEAR, package.xml 1.0"},
          {"x/.registry/other.reg",
           "a:3:{s:4:\"name\";s:1:\"X\";s:7:\"channel\";s:9:\"x.example\";s:7:\"version\";s:1:"
           "\"1\";}",
           {},
           1,
           "a package of another channel"},
          {"x/.registry/other.reg", "a:1:{s:4:\"name\";s:9:\"X\";}", {}, 1, "a wrong length"},
          {"x/.registry/other.reg", "", {}, 1, "empty"},
          {"srv/wp-includes/version.php",
           "<?php\n/**\n * @global string $wp_version\n */\n$wp_version = '6.4.2';\n"
           "$wp_db_version = 56657;\n",
           {"pkg:generic/wordpress@6.4.2"},
           0,
           "WordPress"},
          {"srv/wp-includes/version.php", "<?php\n$wp_version = VERSION;\n", {}, 1, "computed"},
      },
      Origin::installed);
}

TEST(Php, BoundsTheDepthOfPear) {
  std::string text = "a:1:{s:1:\"x\";";
  for (int i = 0; i < 100'000; ++i) text += "a:1:{i:0;";
  const TestScan scan = run_inspector("php", {{".registry/deep.reg", text}});
  EXPECT_TRUE(scan.inventory.packages.empty());
  EXPECT_EQ(scan.notes.size(), 1u);
}

TEST(Php, ReadsComposerLocks) {
  constexpr std::string_view kLock =
      R"({"content-hash":"x","packages":[{"name":"a/b","version":"1.0.0","license":["MIT","GPL-2.0-only"]},
{"name":"local/c","version":"dev-main","dist":{"type":"path","url":"../c"}}],
"packages-dev":[{"name":"d/e","version":"v2.0.0","dist":{"type":"zip"}}]})";
  check_lists("php",
              {
                  {"app/composer.lock",
                   kLock,
                   {"pkg:composer/a/b@1.0.0", "pkg:composer/d/e@v2.0.0"},
                   0,
                   "both lists; no folder's"},
                  {"app/vendor/x/y/composer.lock", kLock, {}, 0, "a package's own"},
                  {"composer.lock", R"({"packages":[],"packages-dev":null})", {}, 0, "nothing"},
                  {"composer.lock", R"({"packages":{}})", {}, 1, "no list"},
                  {"composer.lock", "", {}, 1, "empty"},
              },
              Origin::declared);
  const TestScan scan = run_inspector("php", {{"composer.lock", std::string(kLock)}});
  EXPECT_EQ(scan.inventory.packages[0].licenses, std::vector<std::string>{"MIT OR GPL-2.0-only"});
}

}  // namespace
}  // namespace bulkhead::catalog::php
