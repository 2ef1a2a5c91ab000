#include "bulkhead/catalog/repositories/repositories.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"
#include "bulkhead/catalog/repositories/apk_repositories.h"
#include "bulkhead/catalog/repositories/apt_sources.h"
#include "bulkhead/catalog/repositories/yum_repos.h"

namespace bulkhead::catalog::repositories {
namespace {

/// "URL SUITE COMPONENT [ARCHITECTURES] LINE" of each.
std::vector<std::string> apt_rows(const std::vector<Repository>& repositories) {
  std::vector<std::string> rows;
  for (const Repository& r : repositories) {
    std::string row = r.url + " " + r.suite + " " + r.component;
    for (const std::string& name : r.architectures) row += " " + name;
    rows.push_back(fmt::format("{} {}", row, r.line));
  }
  return rows;
}

struct AptRow {
  std::string_view text;
  std::vector<std::string> rows;
  bool is_gap;
  std::string_view why;
};

TEST(AptList, ReadsLines) {
  const std::vector<AptRow> kRows = {
      {"deb http://a.test/debian bookworm main contrib # the main one\n",
       {"http://a.test/debian bookworm main 1", "http://a.test/debian bookworm contrib 1"},
       false,
       "one for each component"},
      {"# deb http://a.test/x y z\n\n   \ndeb-src http://a.test/x y z\n",
       {},
       false,
       "comments and sources"},
      {"deb [ arch=amd64,arm64 signed-by=/k.gpg ] http://a.test/ s c\r\n",
       {"http://a.test/ s c amd64 arm64 1"},
       false,
       "options"},
      {"deb [arch=amd64 arch-=amd64] http://a.test s c",
       {"http://a.test s c 1"},
       false,
       "an option that takes one away"},
      {"deb [arch+=i386] http://a.test s c",
       {"http://a.test s c 1"},
       false,
       "an option that adds to the system's own"},
      {"deb http://a.test/flat ./\n", {"http://a.test/flat ./  1"}, false, "a flat repository"},
      {"deb cdrom:[Debian GNU/Linux 12]/ bookworm main\n",
       {"cdrom:[Debian GNU/Linux 12]/ bookworm main 1"},
       false,
       "blanks in brackets"},
      {"deb http://a.test s\n", {}, true, "no component"},
      {"deb http://a.test ./ main\n", {}, true, "a flat one with a component"},
      {"deb [arch=amd64 http://a.test s c\n", {}, true, "an open bracket"},
      {"rpm http://a.test s c\ndeb http://b.test s c\n",
       {"http://b.test s c 2"},
       true,
       "another type: the next line counts"},
      {"deb nothing s c\n", {}, true, "no address"},
  };
  for (const AptRow& row : kRows) {
    SCOPED_TRACE(row.why);
    Notes notes(10);
    EXPECT_EQ(apt_rows(parse_apt_list(row.text, "/f", notes)), row.rows);
    EXPECT_EQ(notes.has_gap(), row.is_gap);
  }
}

TEST(AptDeb822, ReadsStanzas) {
  const std::vector<AptRow> kRows = {
      {"Types: deb\n# http://old.test\nURIs: http://a.test/debian\n"
       "Suites: bookworm bookworm-updates\nComponents: main\n\n"
       "Types: deb deb-src\nURIs: http://b.test\nSuites: s\nComponents: x y\nArchitectures: "
       "amd64\n",
       {"http://a.test/debian bookworm main 1", "http://a.test/debian bookworm-updates main 1",
        "http://b.test s x amd64 7", "http://b.test s y amd64 7"},
       false,
       "the files of Debian's images"},
      {"# a\n# b\n\nTypes: deb\nURIs: http://a.test\nSuites: s\n# c\n t\nComponents: c\n",
       {"http://a.test s c 4", "http://a.test t c 4"},
       false,
       "a comment within a field"},
      {"Enabled: no\nTypes: deb\nURIs: http://a.test\nSuites: s\nComponents: c\n",
       {},
       false,
       "switched off"},
      {"Types: deb-src\nURIs: http://a.test\nSuites: s\nComponents: c\n", {}, false, "sources"},
      {"types: deb\nuris: http://a.test\nsuites: ./\n",
       {"http://a.test ./  1"},
       false,
       "a flat one, in small letters"},
      {"Types: deb\nSuites: s\nComponents: c\n", {}, true, "no address"},
      {"Types: deb\nURIs: http://a.test\nSuites: s\n", {}, true, "no component"},
      {"Types: deb\nURIs: http://a.test\nSuites: s\nComponents: c\nSigned-By:\n"
       " -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n",
       {"http://a.test s c 1"},
       false,
       "a key in it"},
  };
  for (const AptRow& row : kRows) {
    SCOPED_TRACE(row.why);
    Notes notes(10);
    EXPECT_EQ(apt_rows(parse_apt_deb822(row.text, "/f", notes)), row.rows);
    EXPECT_EQ(notes.has_gap(), row.is_gap);
  }
}

TEST(AptSources, AreBoundedInNumber) {
  std::string suites;
  for (int i = 0; i < 200; ++i) suites += fmt::format(" s{}", i);
  Notes notes(10);
  const auto found = parse_apt_deb822(
      "Types: deb\nURIs: http://a.test http://b.test\nSuites:" + suites + "\nComponents: a b c\n",
      "/f", notes);
  EXPECT_EQ(found.size(), 1000u);
  EXPECT_TRUE(notes.has_gap());
}

TEST(ApkRepositories, ReadsLines) {
  Notes notes(10);
  const auto found = parse_apk_repositories(
      "https://a.test/alpine/v3.20/main\n#https://b.test\n@edge https://a.test/alpine/edge/main\n"
      "/media/cdrom/apks\na b c\n",
      "/etc/apk/repositories", notes);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].url, "https://a.test/alpine/v3.20/main");
  EXPECT_EQ(found[0].tag, "");
  EXPECT_EQ(found[1].tag, "edge");
  EXPECT_EQ(found[2].url, "/media/cdrom/apks");
  EXPECT_EQ(found[2].line, 4u);
  ASSERT_EQ(notes.all().size(), 1u);
  EXPECT_TRUE(notes.all()[0].what.contains("line 5"));
}

TEST(YumVars, AreExpanded) {
  const YumVars vars = {{"releasever", "9"}, {"basearch", "x86_64"}, {"none", ""}};
  EXPECT_EQ(expand_yum_vars("h/$releasever/$basearch/os", vars), "h/9/x86_64/os");
  EXPECT_EQ(expand_yum_vars("h/${releasever}x", vars), "h/9x");
  EXPECT_EQ(expand_yum_vars("h$unknown/$", vars), "h$unknown/$");
  EXPECT_EQ(expand_yum_vars("a${none:-b}${releasever:+c}${none:+d}", vars), "abc");
  EXPECT_EQ(expand_yum_vars("a${open", vars), "a${open");
}

TEST(YumRepos, ReadsSections) {
  Notes notes(10);
  const YumVars vars = {{"releasever", "9"}, {"basearch", "x86_64"}};
  const auto found = parse_yum_repos(
      "[main]\ngpgcheck=1\n\n[base]\nname=B $releasever\n#baseurl=http://old.test\n"
      "baseurl = http://a.test/$releasever/$basearch/\n http://b.test/\nexclude=kernel* foo,bar\n"
      "priority=10\n[off]\nbaseurl=http://c.test\nenabled=0\n"
      "[m]\nmirrorlist=https://m.test/?r=$releasever&a=$basearch\nmodule_hotfixes=1\n"
      "[k]\nmetalink=https://l.test/$basearch\nincludepkgs=only*\n[bad]\nname=x\nwhat\n",
      vars, "/f.repo", notes);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].id, "base");
  EXPECT_EQ(found[0].url, "http://a.test/9/x86_64/");
  EXPECT_EQ(found[0].excluded, (std::vector<std::string>{"kernel*", "foo", "bar"}));
  EXPECT_EQ(found[0].priority, 10u);
  EXPECT_EQ(found[0].line, 4u);
  EXPECT_EQ(found[1].mirror_list, "https://m.test/?r=9&a=x86_64");
  EXPECT_TRUE(found[1].is_module_exempt);
  EXPECT_EQ(found[2].mirror_list, "https://l.test/x86_64");
  EXPECT_EQ(found[2].included, (std::vector<std::string>{"only*"}));
  EXPECT_EQ(notes.all().size(), 2u);
  EXPECT_TRUE(notes.has_gap());  // [bad] names no address
}

TestScan scan_with(std::vector<TestFile> files, std::vector<Package> packages, OsInfo os) {
  // The inspector takes what others found, so it is called as the pipeline calls it.
  const Inspector& inspector = inspector_named("repositories");
  const RunContext run = quiet_context();
  Notes notes(100);
  const ReadContext context{run, notes};
  std::vector<FactsPtr> facts;
  std::vector<JoinFile> join_files;
  for (const TestFile& file : files) {
    const auto reader = inspector.open({file.path, 0644, file.text.size()}, context);
    EXPECT_TRUE(reader->data(as_bytes(file.text)));
    facts.push_back(*reader->end());
    join_files.push_back({file.path, 0, facts.back().get()});
  }
  TestScan scan;
  scan.inventory.os = std::move(os);
  scan.inventory.packages = std::move(packages);
  inspector.join(join_files, scan.inventory, notes);
  scan.notes = notes.all();
  return scan;
}

OsInfo system_of(std::string id, std::string version, std::vector<std::string> like = {}) {
  OsInfo os{};
  os.id = std::move(id);
  os.version = std::move(version);
  os.id_like = std::move(like);
  return os;
}

Package rpm(std::string name, std::string version, std::string architecture) {
  Package package;
  package.type = PackageType::rpm;
  package.name = std::move(name);
  package.version = std::move(version);
  package.architecture = std::move(architecture);
  return package;
}

TEST(Repositories, KnowsTheVariablesOfRpmSystems) {
  const std::vector<TestFile> files = {
      {"etc/dnf/vars/region", "eu\nmore\n"},
      {"etc/yum.repos.d/a.repo", "[a]\nbaseurl=http://a.test/$releasever/$basearch/$region\n"}};
  struct Row {
    OsInfo os;
    std::vector<Package> packages;
    std::string url;
  };
  const Row rows[] = {
      {system_of("almalinux", "9.3", {"rhel", "centos", "fedora"}),
       {rpm("a", "1-1", "x86_64"), rpm("b", "1-1", "noarch"), rpm("c", "1-1", "i686"),
        rpm("d", "1-1", "x86_64")},
       "http://a.test/9/x86_64/eu"},
      {system_of("fedora", "40"), {rpm("a", "1-1", "aarch64")}, "http://a.test/40/aarch64/eu"},
      {system_of("amzn", "2023", {"fedora"}),
       {rpm("system-release", "2023.4.20240401-0.amzn2023", "noarch"), rpm("a", "1", "x86_64")},
       "http://a.test/2023.4.20240401/x86_64/eu"},
      {system_of("photon", "5.0"), {rpm("a", "1-1", "i686")}, "http://a.test/5.0/i386/eu"},
      {system_of("opensuse-leap", "15.5", {"suse"}),
       {rpm("a", "1-1", "x86_64")},
       "http://a.test/15.5/x86_64/eu"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.os.id);
    const TestScan scan = scan_with(files, row.packages, row.os);
    ASSERT_EQ(scan.inventory.repositories.size(), 1u);
    EXPECT_EQ(scan.inventory.repositories[0].url, row.url);
    EXPECT_EQ(scan.inventory.repositories[0].path, "/etc/yum.repos.d/a.repo");
  }
}

TEST(Repositories, ReadsWhatThePackageManagersRead) {
  Package dpkg;
  dpkg.type = PackageType::deb;
  dpkg.name = "dpkg";
  dpkg.architecture = "arm64";
  const TestScan scan = scan_with(
      {{"etc/apt/mirrors/m.list", "# x\nhttps://m.test/debian\tpriority:1\nhttp://n.test\n"},
       {"etc/apt/preferences.d/p", "Package: *\nPin: release a=x\nPin-Priority: 900\n"},
       {"etc/apt/sources.list", "deb mirror+file:/etc/apt/mirrors/m.list s c\n"},
       {"etc/apt/sources.list.d/a.list.save", "deb http://saved.test s c\n"},
       {"etc/apt/sources.list.d/b.list", "deb http://b.test/$(ARCH) s c\n"},
       {"etc/apt/sources.list.d/c.sources",
        "Types: deb\nURIs: http://c.test\nSuites: s\nComponents: c\n"},
       {"etc/yum.repos.d/README", "[x]\nbaseurl=http://no.test\n"}},
      {dpkg}, system_of("debian", "12"));
  EXPECT_EQ(apt_rows(scan.inventory.repositories),
            (std::vector<std::string>{"https://m.test/debian s c 1", "http://b.test/arm64 s c 1",
                                      "http://c.test s c 1"}));
  ASSERT_EQ(scan.notes.size(), 1u);
  EXPECT_EQ(scan.notes[0].code, "preferences-not-heeded");
}

TEST(Repositories, SurviveDamageAtEveryByte) {
  const std::string texts[] = {
      "deb [arch=a] http://a.test s c # d\n",
      "Types: deb\nURIs: http://a.test\nSuites: s ./\nComponents: c\n",
      "[a]\nbaseurl=http://$x/${y:-z}\n b\npriority=3\n",
      "@t http://a.test\n",
  };
  for (const std::string& good : texts) {
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const char c : {'\0', '\n', '[', ']', '$', '{', '#', ' ', '\xFF'}) {
        std::string bad = good;
        bad[at] = c;
        Notes notes(10);
        parse_apt_list(bad, "/f", notes);
        parse_apt_deb822(bad, "/f", notes);
        parse_yum_repos(bad, {}, "/f", notes);
        parse_apk_repositories(bad.substr(0, at), "/f", notes);
      }
    }
  }
}

}  // namespace
}  // namespace bulkhead::catalog::repositories
