#include "bulkhead/catalog/python/python.h"

#include <zlib.h>

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"
#include "bulkhead/catalog/python/direct_url.h"
#include "bulkhead/catalog/python/locks.h"
#include "bulkhead/catalog/python/metadata.h"
#include "bulkhead/catalog/python/requirements.h"

namespace bulkhead::catalog::python {
namespace {

constexpr std::string_view kMetadata =
    "Metadata-Version: 2.1\nName: Zope.Interface\nVersion: 5.4\nLicense: ZPL 2.1\n\n"
    "Name: not-this\nVersion: 9\n";

std::string le(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i, value >>= 8) out.push_back(static_cast<char>(value));
  return out;
}

/// A zip of stored members.
std::string zip_of(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string out;
  std::string directory;
  for (const auto& [name, text] : members) {
    const std::uint64_t offset = out.size();
    const std::uint64_t crc =
        ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
    const std::string sizes =
        le(crc, 4) + le(text.size(), 4) + le(text.size(), 4) + le(name.size(), 2) + le(0, 2);
    const std::string common = le(0, 2) + le(0, 2) + le(0, 4) + sizes;
    out += le(0x04034b50, 4) + le(20, 2) + common + name + text;
    directory +=
        le(0x02014b50, 4) + le(20, 2) + le(20, 2) + common + le(0, 10) + le(offset, 4) + name;
  }
  const std::uint64_t start = out.size();
  out += directory + le(0x06054b50, 4) + le(0, 4) + le(members.size(), 2) + le(members.size(), 2) +
         le(directory.size(), 4) + le(start, 4) + le(0, 2);
  return out;
}

/// "name version origin" of each library, sorted.
std::vector<std::string> libraries_of(const Inventory& inventory) {
  std::vector<std::string> rows;
  for (const Package& p : inventory.packages) {
    rows.push_back(p.name + " " + p.version + " " + std::string(origin_name(p.origin)));
  }
  std::ranges::sort(rows);
  return rows;
}

/// "name version" of each, then what was left out: " unpinned N", " local N", " refused N".
std::string told(Libraries libraries) {
  std::string out;
  const std::uint64_t unpinned = libraries.unpinned();
  const std::uint64_t local = libraries.local();
  const std::uint64_t refused = libraries.refused();
  for (const Library& l : std::move(libraries).take()) out += l.name + " " + l.version + "; ";
  if (unpinned > 0) out += "unpinned " + std::to_string(unpinned);
  if (local > 0) out += "local " + std::to_string(local);
  if (refused > 0) out += "refused " + std::to_string(refused);
  return out;
}

TEST(Python, FindsALibraryWhereverItsMetadataLie) {
  struct Row {
    const char* path;
    std::string text;
    std::vector<std::string> want;
    const char* why;
  };
  const std::string wheel = zip_of({{"x/_vendor/b-2.dist-info/METADATA", "Name: b\nVersion: 2\n"},
                                    {"a-1.dist-info/METADATA", "Name: a\nVersion: 1\n\nText"}});
  const Row rows[] = {
      {"v/lib/python3.11/site-packages/zope.interface-5.4.dist-info/METADATA",
       std::string(kMetadata),
       {"Zope.Interface 5.4 installed"},
       "a virtual environment"},
      {"root/.local/lib/python3.11/site-packages/a.egg-info/PKG-INFO",
       "Name: a\r\nVersion: 1\r\n",
       {"a 1 installed"},
       "a user's site, Windows lines"},
      {"usr/lib/python3/dist-packages/a-1.0.egg-info",
       "Name: a\nVersion: 1.0\n",
       {"a 1.0 installed"},
       "distutils' file"},
      {"a-1.0-py3.9.egg/EGG-INFO/PKG-INFO",
       "Name: a\nVersion: 1.0\n",
       {"a 1.0 installed"},
       "an egg that is a folder"},
      {"d/a-1-py3.egg",
       zip_of({{"EGG-INFO/PKG-INFO", "Name: a\nVersion: 1\n"}}),
       {"a 1 installed"},
       "an egg that is a zip"},
      {"usr/share/python-wheels/a-1-py3-none-any.whl",
       wheel,
       {"a 1 declared"},
       "a wheel: not what it carries within"},
      {"s/setuptools/_vendor/more_itertools-8.8.0.dist-info/METADATA",
       "Name: more-itertools\nVersion: 8.8.0\n",
       {"more-itertools 8.8.0 embedded"},
       "a copy"},
      {"s/pip/_vendor/vendor.txt",
       "a==1 # why\nb==2\n    c==3\n",
       {"a 1 embedded", "b 2 embedded", "c 3 embedded"},
       "pip's list of its copies"},
      {"app/requirements-dev.txt", "a==1\nb>=2\n", {"a 1 declared"}, "wanted"},
      {"app/requirements/base.txt", "a==1\n", {"a 1 declared"}, "wanted"},
      {"app/Pipfile.lock", R"({"default": {"a": {"version": "==1"}}})", {"a 1 declared"}, "locked"},
      {"app/uv.lock", "[[package]]\nname='a'\nversion='1'\n", {"a 1 declared"}, "locked"},
      {"app/pylock.dev.toml", "[[packages]]\nname='a'\nversion='1'\n", {"a 1 declared"}, "locked"},
      {"opt/conda/conda-meta/openssl-1.1.1-h7_0.json",
       R"({"name":"openssl","version":"1.1.1"})",
       {"openssl 1.1.1 installed"},
       "conda"},
      {"x/a_b-1.0.dist-info/METADATA",
       "Metadata-Version: 2.1\n",
       {"a_b 1.0 installed"},
       "metadata without a name: the folder has it"},
      {"x/a_b-1.0.dist-info/METADATA", "", {"a_b 1.0 installed"}, "empty metadata"},
      {"x/a-1.0-py3-none-any.whl", "no zip", {"a 1.0 declared"}, "a wheel that is broken"},
      {"x/a.egg-info/PKG-INFO", "Name: a\n", {}, "no version anywhere"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
      const TestScan scan = run_inspector("python", {{row.path, row.text}}, {.chunk = chunk});
      EXPECT_EQ(libraries_of(scan.inventory), row.want);
      EXPECT_FALSE(scan.has_gap());
      for (const Package& package : scan.inventory.packages) {
        EXPECT_EQ(package.locations.at(0).path, "/" + std::string(row.path));
      }
    }
  }
}

TEST(Python, NamesLibrariesAsPyPiDoesInThePurlAlone) {
  const TestScan scan = run_inspector(
      "python", {{"s/zope.interface-5.4.dist-info/METADATA", std::string(kMetadata)}});
  ASSERT_EQ(scan.inventory.packages.size(), 1U);
  const Package& package = scan.inventory.packages.front();
  EXPECT_EQ(package.name, "Zope.Interface");
  EXPECT_EQ(package.purl, "pkg:pypi/zope-interface@5.4");
  EXPECT_EQ(package.id, package.purl);
  EXPECT_EQ(package.licenses, std::vector<std::string>{"ZPL 2.1"});
  EXPECT_EQ(package.confidence, Confidence::certain);
}

TEST(Python, SaysHowSureItIsOfAFoldersName) {
  const TestScan scan = run_inspector("python", {{"s/a-1.0.dist-info/METADATA", "x\n"}});
  ASSERT_EQ(scan.inventory.packages.size(), 1U);
  EXPECT_EQ(scan.inventory.packages[0].confidence, Confidence::likely);
  EXPECT_EQ(scan.inventory.packages[0].evidence, "the name a-1.0.dist-info");
  ASSERT_EQ(scan.notes.size(), 1U);
  EXPECT_EQ(scan.notes[0].level, NoteLevel::info);
}

TEST(Python, SaysWhereALibraryWasInstalledFrom) {
  struct Row {
    const char* url;
    const char* purl;
    const char* evidence;
    const char* why;
  };
  const Row rows[] = {
      {R"({"url":"https://u:secret@example.org/a.git","vcs_info":{"vcs":"git","commit_id":"abc"}})",
       "pkg:pypi/a@1?vcs_url=git%2Bhttps:%2F%2Fexample.org%2Fa.git%40abc", "",
       "a repository; the password stays out"},
      {R"({"url":"https://example.org/a-1.zip","archive_info":{}})",
       "pkg:pypi/a@1?download_url=https:%2F%2Fexample.org%2Fa-1.zip", "", "an archive"},
      {R"({"url":"file:///src/a","dir_info":{"editable":true}})", "pkg:pypi/a@1",
       "editable, from file:///src/a", "a folder in place"},
      {R"({"url":"file:///src/a","dir_info":{}})", "pkg:pypi/a@1", "installed from file:///src/a",
       "a folder that was copied"},
      {R"({"url":"file:///src/a")", "pkg:pypi/a@1", "", "broken JSON"},
      {R"({"dir_info":{}})", "pkg:pypi/a@1", "", "no URL"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const TestScan scan =
        run_inspector("python", {{"s/a-1.dist-info/METADATA", "Name: a\nVersion: 1\n"},
                                 {"s/a-1.dist-info/direct_url.json", row.url},
                                 {"s/b-1.dist-info/METADATA", "Name: b\nVersion: 1\n"}});
    ASSERT_EQ(scan.inventory.packages.size(), 2U);
    EXPECT_EQ(scan.inventory.packages[0].purl, row.purl);
    EXPECT_EQ(scan.inventory.packages[0].id, row.purl);
    EXPECT_EQ(scan.inventory.packages[0].evidence, row.evidence);
    EXPECT_EQ(scan.inventory.packages[1].purl, "pkg:pypi/b@1");
    EXPECT_FALSE(scan.has_gap());
  }
}

TEST(Python, KeepsWhatCondaKnows) {
  const TestScan scan = run_inspector(
      "python",
      {{"opt/conda/conda-meta/numpy-1.26.4-py311_0.json",
        R"({"name": "numpy", "version": "1.26.4", "build": "py311_0", "subdir": "linux-64",)"
        R"( "channel": "https://conda.example/conda-forge/linux-64",)"
        R"( "license": "BSD-3-Clause", "files": ["a"]})"},
       {"opt/conda/conda-meta/broken.json", R"({"name": "", "version": "1"})"},
       {"opt/conda/conda-meta/tzdata-1-0.json",
        R"({"name": "tzdata", "version": "1", "channel": "https://conda.example/pkgs/main/"})"}});
  ASSERT_EQ(scan.inventory.packages.size(), 2U);
  const Package& numpy = scan.inventory.packages[0];
  EXPECT_EQ(numpy.type, PackageType::conda);
  EXPECT_EQ(numpy.purl, "pkg:conda/numpy@1.26.4?build=py311_0&channel=conda-forge&subdir=linux-64");
  EXPECT_EQ(numpy.licenses, std::vector<std::string>{"BSD-3-Clause"});
  EXPECT_EQ(scan.inventory.packages[1].purl, "pkg:conda/tzdata@1?channel=main");
  ASSERT_EQ(scan.notes.size(), 1U);
  EXPECT_EQ(scan.notes[0].what, "conda package: no valid name and version");
  EXPECT_EQ(scan.notes[0].level, NoteLevel::info);
}

TEST(PythonMetadata, TakesTheHeader) {
  struct Row {
    const char* head;
    const char* want;
    const char* why;
  };
  const Row rows[] = {
      {"Name: a\nVersion: 1\nLicense: MIT\nLicense-Expression: Apache-2.0\n", "a 1 Apache-2.0",
       "an expression counts for more"},
      {"name: a\nVERSION:1\nLicense: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n"
       "Classifier: License :: OSI Approved :: BSD License\nClassifier: Topic :: X\n",
       "a 1 MIT License AND BSD License", "any case; classifiers"},
      {"Name: a\nVersion: 1\nLicense: Copyright me\n        \n        All rights\nName: b\n",
       "a 1 Copyright me", "a text's first line; the first name"},
      {"Description: x\n        Name: b\n        |Version: 3\nName: a\nVersion: 1\n", "a 1 ",
       "continuation lines are no fields"},
      {"Version: 1\nnonsense\n:\n", " 1 ", "lines that are no fields"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const Library library = parse_metadata(row.head);
    EXPECT_EQ(library.name + " " + library.version + " " + library.license, row.want);
  }
}

TEST(PythonMetadata, ReadsNamesOfFiles) {
  struct Row {
    const char* component;
    const char* want;
  };
  const Row rows[] = {
      {"a_b-1.0.dist-info", "a_b 1.0"},
      {"a-1.0-py3.9.egg-info", "a 1.0"},
      {"a-1.0.post1-py3.9.egg", "a 1.0.post1"},
      {"a-b-1.0.dist-info", "a-b 1.0"},
      {"a-1.0-py3-none-any.whl", "a 1.0"},
      {"a.egg-info", " "},
      {"a-.dist-info", " "},
      {"-1.dist-info", " "},
      {"", " "},
  };
  for (const Row& row : rows) {
    const Library library = library_named(row.component);
    EXPECT_EQ(library.name + " " + library.version, row.want) << row.component;
  }
}

TEST(PythonRequirements, TakesWhatIsPinned) {
  struct Row {
    const char* text;
    const char* want;
    const char* why;
  };
  const Row rows[] = {
      {"a==1.0", "a 1.0; ", "no newline at the end"},
      {"a == 1.0 # why\r\n# b==1\n  # c==1\n", "a 1.0; ", "blanks, comments"},
      {"a==1.0#why\nb==2 ;#c\n", "a 1.0; b 2; ", "a comment that pip would not take for one"},
      {"A.b_c-d[x,y] ==1.0+local.1 ; python_version < '3'\n", "A.b_c-d 1.0+local.1; ",
       "extras, a local version, a marker"},
      {"a===1!2.0\nb (==2)\n", "a 1!2.0; b 2; ", "arbitrary equality, an epoch, parentheses"},
      {"a==1 --hash=sha256:00 \\\n  --hash=sha256:11\nb==2 \\\n --hash=x\n", "a 1; b 2; ",
       "hashes, continued lines"},
      {"a==1 \\", "a 1; ", "a continuation of nothing"},
      {"a>=1\nb~=1.0\nc\nd==1.*\ne!=1\nf<2,>1\n", "unpinned 6", "not pinned"},
      {"a>=1,==1.5\n", "a 1.5; ", "pinned in one clause of two"},
      {"-r other.txt\n--index-url https://example.org/simple\n-c c.txt\n", "", "options"},
      {"-e git+https://example.org/a#egg=a\n--editable ./b\n./c\nd @ https://example.org/d.whl\n"
       "https://example.org/e==1.zip\n",
       "unpinned 5", "URLs and paths"},
      {"{{ a }}==1\n$b==1\nc==${C}\nd=={{ d }}\n", "unpinned 4", "templates"},
      {"a==1\na==1\na==2\n", "a 1; a 2; ", "each once"},
      {"-a==1\n==1\n[x]==1\n", "unpinned 2", "no name"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Libraries libraries(100);
    parse_requirements(row.text, libraries);
    EXPECT_EQ(told(std::move(libraries)), row.want);
  }
}

TEST(PythonRequirements, ReadsUtf16ByItsMark) {
  const std::string_view text = "a==1\nb==2\n";
  std::string little = "\xff\xfe";
  std::string big = "\xfe\xff";
  for (const char c : text) {
    little += c;
    little += '\0';
    big += '\0';
    big += c;
  }
  little += '\0';  // half a character
  for (const std::string& file : {little, big, "\xef\xbb\xbf" + std::string(text)}) {
    const TestScan scan = run_inspector("python", {{"requirements.txt", file}});
    EXPECT_EQ(libraries_of(scan.inventory),
              (std::vector<std::string>{"a 1 declared", "b 2 declared"}));
  }
}

TEST(PythonLocks, TakesWhatIsLocked) {
  struct Row {
    const char* file;
    const char* text;
    const char* want;
    const char* why;
  };
  const Row rows[] = {
      {"Pipfile.lock",
       R"({"_meta": {"x": {"version": "==0"}}, "default": {"a": {"version": "==1"},)"
       R"( "g": {"git": "https://example.org", "ref": "x"}, "p": {"path": "."}},)"
       R"( "develop": {"b": {"version": "===2"}, "a": {"version": "==1"}}, "docs": {"c": {"version": "*"}}})",
       "a 1; b 2; unpinned 2local 1", "all sections but _meta"},
      {"poetry.lock",
       "[[package]]\nname = \"a\"\nversion = \"1\"\n[package.dependencies]\nb = \"*\"\n"
       "[[package]]\nname = \"b\"\nversion = \"2\"\n[package.source]\ntype = \"git\"\nurl = \"x\"\n"
       "[[package]]\nname = \"c\"\nversion = \"3\"\n[package.source]\ntype = \"directory\"\n"
       "[metadata]\nlock-version = \"2.0\"\n",
       "a 1; b 2; local 1", "poetry"},
      {"uv.lock",
       "version = 1\n[[package]]\nname = \"app\"\nversion = \"0.1\"\nsource = { virtual = \".\" }\n"
       "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"x\" }\n"
       "[[package]]\nname = \"lib\"\nsource = { editable = \"lib\" }\n"
       "[[package]]\nname = \"d\"\nsource = { git = \"x\" }\n",
       "a 1; unpinned 1local 2", "uv"},
      {"pdm.lock",
       "[[package]]\nname = \"a\"\nversion = \"1\"\n[[package]]\nname = \"a\"\nversion = \"1\"\n"
       "extras = [\"x\"]\n[[package]]\nname = \"b\"\nversion = \"2\"\npath = \"./b\"\n",
       "a 1; local 1", "pdm names a library once more for its extras"},
      {"pylock.toml",
       "lock-version = '1.0'\n[[packages]]\nname = 'a'\nversion = '1'\n[[packages]]\nname = 'b'\n"
       "[packages.vcs]\ntype = 'git'\n[[packages]]\nname = 'c'\n[packages.directory]\npath = '.'\n",
       "a 1; unpinned 1local 1", "PEP 751"},
      {"uv.lock", "[[package]]\nname = 1\nversion = \"1\"\n[[package]]\nname='a b'\nversion='1'\n",
       "refused 2", "names that are none"},
      {"uv.lock", "package = 1\n", "", "of another form"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Libraries libraries(100);
    const bool is_json = std::string_view(row.file) == "Pipfile.lock";
    const Result<void> parsed =
        is_json ? parse_pipfile_lock(row.text, libraries) : parse_toml_lock(row.text, libraries);
    EXPECT_TRUE(parsed);
    EXPECT_EQ(told(std::move(libraries)), row.want);
  }
}

TEST(PythonLocks, NotesWhatItCannotRead) {
  for (const char* const file : {"Pipfile.lock", "poetry.lock", "pylock.toml"}) {
    const TestScan scan = run_inspector("python", {{file, "\x01 = ["}});
    EXPECT_TRUE(scan.inventory.packages.empty());
    ASSERT_EQ(scan.notes.size(), 1U) << file;
    EXPECT_EQ(scan.notes[0].level, NoteLevel::info);
    EXPECT_TRUE(scan.notes[0].what.starts_with(file)) << scan.notes[0].what;
  }
}

TEST(Python, HoldsFilesAgainstTheLimits) {
  TestOptions options;
  options.run.limits.packages = 2;
  const TestScan many =
      run_inspector("python", {{"requirements.txt", "a==1\nb==2\nc==3\n"}}, options);
  EXPECT_EQ(many.inventory.packages.size(), 2U);
  EXPECT_TRUE(many.has_gap());

  options.run.limits.memory_file_bytes = 3;
  EXPECT_TRUE(run_inspector("python", {{"requirements.txt", "a==1\n"}}, options).has_gap());
  options.run.limits.document_bytes = 3;
  EXPECT_TRUE(run_inspector("python", {{"uv.lock", "a = 1\n"}}, options).has_gap());

  options.run.limits.stanza_bytes = 20;
  const TestScan longer = run_inspector(
      "python",
      {{"s/a-1.dist-info/METADATA", "Description: " + std::string(30, 'x') + "\nName: b\n"}},
      options);
  EXPECT_EQ(libraries_of(longer.inventory), std::vector<std::string>{"a 1 installed"});
  EXPECT_EQ(longer.notes.size(), 2U);
}

TEST(Python, SurvivesDamage) {
  struct Row {
    const char* path;
    std::string text;
  };
  const Row rows[] = {
      {"a-1.dist-info/METADATA", std::string(kMetadata)},
      {"a-1.whl", zip_of({{"a-1.dist-info/METADATA", "Name: a\nVersion: 1\n"}})},
      {"a-1.dist-info/direct_url.json", R"({"url":"file:///a","dir_info":{"editable":true}})"},
      {"requirements.txt", "a[x]==1 ; m --hash=1 \\\n#\nb===2\n"},
      {"Pipfile.lock", R"({"default": {"a": {"version": "==1"}}})"},
      {"uv.lock", "[[package]]\nname = 'a'\nversion = '1'\nsource = {registry = 'x'}\n"},
      {"conda-meta/a.json", R"({"name": "a", "version": "1", "channel": "x/y", "subdir": "y"})"},
  };
  const auto check = [](const char* path, const std::string& text) {
    const TestScan scan = run_inspector("python", {{path, text}}, {.chunk = 5});
    EXPECT_FALSE(scan.has_gap());
    for (const Package& package : scan.inventory.packages) {
      EXPECT_FALSE(package.name.empty());
      EXPECT_FALSE(package.version.empty());
    }
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.path);
    for (std::size_t cut = 0; cut <= row.text.size(); ++cut) {
      check(row.path, row.text.substr(0, cut));
    }
    for (std::size_t bit = 0; bit < row.text.size() * 8; ++bit) {
      std::string damaged = row.text;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      check(row.path, damaged);
    }
  }
}

}  // namespace
}  // namespace bulkhead::catalog::python
