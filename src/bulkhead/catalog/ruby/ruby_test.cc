#include <gtest/gtest.h>

#include "bulkhead/catalog/library_list_tester.h"

namespace bulkhead::catalog::ruby {
namespace {

TEST(Ruby, ReadsInstalledGems) {
  check_lists(
      "ruby",
      {
          {"usr/lib/ruby/gems/3.1.0/specifications/rake-13.0.6.gemspec",
           "# -*- encoding: utf-8 -*-\n# stub: rake 13.0.6 ruby lib\n\n"
           "Gem::Specification.new do |s|\n  s.name = \"rake\".freeze\n"
           "  s.version = \"13.0.6\"\n  s.licenses = [\"MIT\".freeze, \"Ruby\".freeze]\nend\n",
           {"pkg:gem/rake@13.0.6"},
           0,
           "as RubyGems writes it"},
          {"g/specifications/nokogiri-1.15.0-x86_64-linux.gemspec",
           "# stub: nokogiri 1.15.0 x86_64-linux lib\n",
           {"pkg:gem/nokogiri@1.15.0"},
           0,
           "a platform is no part of the version"},
          {"g/specifications/default/json-2.6.1.gemspec",
           "Gem::Specification.new do |s|\n  s.name = %q{json}\n"
           "  s.version = Gem::Version.new(\"2.6.1\")\n  s.license = 'Ruby'\nend\n",
           {"pkg:gem/json@2.6.1"},
           0,
           "a default gem without a stub line"},
          {"g/specifications/x.gemspec",
           "Gem::Specification.new do |s|\n  s.name = \"x\"\n  s.version = X::VERSION\n"
           "  s.version_requirements = \"1\"\nend\n",
           {},
           1,
           "a version that is computed"},
          {"g/specifications/y.gemspec",
           "Gem::Specification.new do |s|\n  s.name = \"y-#{1}\"\n  s.version = \"1\"\nend\n",
           {},
           1,
           "a name that is computed"},
          {"g/specifications/z.gemspec", "", {}, 1, "empty"},
      },
      Origin::installed);
}

TEST(Ruby, KeepsTheLicences) {
  const TestScan scan = run_inspector(
      "ruby", {{"specifications/a.gemspec",
                "# stub: a 1 ruby lib\n  s.licenses = [\"MIT\".freeze, \"Ruby\".freeze]\n"},
               {"specifications/b.gemspec", "# stub: b 1 ruby lib\n  s.license = 'MIT'\n"}});
  ASSERT_EQ(scan.inventory.packages.size(), 2u);
  EXPECT_EQ(scan.inventory.packages[0].licenses, std::vector<std::string>{"MIT OR Ruby"});
  EXPECT_EQ(scan.inventory.packages[1].licenses, std::vector<std::string>{"MIT"});
}

TEST(Ruby, ReadsLockFiles) {
  constexpr std::string_view kLock =
      "GIT\n  remote: https://example.org/g.git\n  revision: 0123\n  specs:\n    g (0.1.0)\n"
      "      rack (>= 1)\n\nPATH\n  remote: .\n  specs:\n    mine (0.2.0)\n\n"
      "GEM\n  remote: https://example.org/\n  specs:\n    nokogiri (1.15.0)\n"
      "    nokogiri (1.15.0-x86_64-linux)\n      racc (~> 1.4)\n    rack (2.2.8)!\n"
      "    rails (7.1.0.rc1)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rack (= 2.2.8)\n\n"
      "BUNDLED WITH\n   2.3.7\n";
  const std::vector<std::string> all = {"pkg:gem/g@0.1.0", "pkg:gem/mine@0.2.0",
                                        "pkg:gem/nokogiri@1.15.0", "pkg:gem/rack@2.2.8",
                                        "pkg:gem/rails@7.1.0.rc1"};
  check_lists("ruby",
              {
                  {"app/Gemfile.lock", kLock, all, 0, "all sections"},
                  {"app/gems.locked", kLock, all, 0, "by its other name"},
                  {"usr/local/bundle/gems/x-1.0/Gemfile.lock", kLock, {}, 0, "a gem's own"},
                  {"gems/Gemfile.lock", kLock, all, 0, "a folder that is only called so"},
                  {"Gemfile.lock",
                   "GEM\r\n  specs:\r\n    a (1)\r\n    b\r\n",
                   {"pkg:gem/a@1"},
                   1,
                   "lines of Windows; no version"},
                  {"Gemfile.lock", "", {}, 0, "empty, as Bundler takes it"},
                  {"Gemfile.lock", "hello\n", {}, 1, "another text"},
              },
              Origin::declared);
}

}  // namespace
}  // namespace bulkhead::catalog::ruby
