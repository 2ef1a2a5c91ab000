#include "bulkhead/catalog/rpm/rpm.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"
#include "bulkhead/catalog/rpm/rpm_test_support.h"

namespace bulkhead::catalog::rpm {
namespace {

const std::string kBdb = "var/lib/rpm/Packages";
const std::string kNdb = "usr/lib/sysimage/rpm/Packages.db";
const std::string kSqlite = "usr/share/rpm/rpmdb.sqlite";

/// A small one, one on several pages, one with all that there can be.
std::vector<TestPackage> three() {
  TestPackage small{.name = "a"};
  TestPackage large{.name = "bash", .version = "5.2", .files = {"/usr/bin/bash"}};
  large.padding = 9000;
  TestPackage full{"perl-libs", "5.32", "4.el9", 4, "perl-5.32-4.el9.src.rpm", "perl:5.32:1:2:x"};
  full.padding = 2000;
  return {small, large, full};
}
const std::vector<std::string> kThree = {
    "a 1.0-1.el9 x86_64 a 1.0-1.el9",
    "bash 5.2-1.el9 x86_64 bash 5.2-1.el9",
    "perl-libs 4:5.32-4.el9 x86_64 perl 4:5.32-4.el9",
};

struct Form {
  std::string path, bytes, what;
};
std::vector<Form> forms() {
  return {
      {kBdb, make_bdb(three()), "bdb"},
      {kBdb, make_bdb(three(), {.is_big_endian = true, .page_bytes = 4096}), "bdb, big-endian"},
      {kNdb, make_ndb(three()), "ndb"},
      {kSqlite, make_sqlite(three()), "sqlite"},
      {kSqlite, make_sqlite(three(), 512), "sqlite, small pages"},
      {kSqlite, make_logged_sqlite(three(), {}).database, "sqlite that may have a log"},
  };
}

TEST(Rpm, ReadsEachFormat) {
  for (const Form& form : forms()) {
    SCOPED_TRACE(form.what);
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{511}, form.bytes.size()}) {
      TestOptions options;
      options.chunk = chunk;
      const TestScan scan = run_inspector("rpm", {{form.path, form.bytes}}, options);
      EXPECT_EQ(rows_of(scan.inventory), kThree);
      EXPECT_TRUE(scan.notes.empty()) << scan.notes[0].what;
    }
  }
}

TEST(Rpm, ReadsALargeFileFromASpool) {
  for (const Form& form : forms()) {
    SCOPED_TRACE(form.what);
    TestOptions options;
    options.run.limits.random_memory_bytes = 100;
    const TestScan scan = run_inspector("rpm", {{form.path, form.bytes}}, options);
    EXPECT_EQ(rows_of(scan.inventory), kThree);
    options.run.limits.spool_bytes = 300;
    const TestScan full = run_inspector("rpm", {{form.path, form.bytes}}, options);
    EXPECT_TRUE(full.inventory.packages.empty());
    EXPECT_TRUE(full.has_gap());
  }
}

TEST(Rpm, TellsFormatsByContent) {
  for (const Form& form : forms()) {
    SCOPED_TRACE(form.what);
    EXPECT_EQ(rows_of(run_inspector("rpm", {{kBdb, form.bytes}}).inventory), kThree);
  }
}

TEST(Rpm, WritesPurlsAndKeepsWhatMatchingWants) {
  TestOptions options;
  options.os.emplace();
  options.os->id = "rhel";
  options.os->version = "9.2";
  const TestScan scan = run_inspector("rpm", {{kNdb, make_ndb(three()), 3}}, options);
  ASSERT_EQ(scan.inventory.packages.size(), 3u);
  const Package& perl = scan.inventory.packages[2];
  EXPECT_EQ(perl.purl,
            "pkg:rpm/rhel/perl-libs@5.32-4.el9?arch=x86_64&distro=rhel-9.2&epoch=4&rpmmod="
            "perl:5.32");
  EXPECT_EQ(perl.version, "4:5.32-4.el9");
  EXPECT_EQ(perl.module(), "perl:5.32");
  EXPECT_EQ(perl.vendor(), "Some Vendor");
  EXPECT_EQ(perl.licenses, std::vector<std::string>{"MIT"});
  EXPECT_EQ(perl.type, PackageType::rpm);
  EXPECT_EQ(perl.locations, (std::vector<Location>{{3, "/" + kNdb}}));
  EXPECT_EQ(paths_of(scan.inventory.packages[1].files), std::vector<std::string>{"usr/bin/bash"});
}

TEST(Rpm, ListsOneDatabaseUnderTwoPathsOnce) {
  const TestScan scan = run_inspector(
      "rpm", {{kSqlite, make_sqlite(three())}, {"var/lib/rpm/rpmdb.sqlite", make_sqlite(three())}});
  EXPECT_EQ(rows_of(scan.inventory), kThree);
}

TEST(Rpm, TakesASourcesEpochFromItsOtherPackages) {
  TestPackage main{"perl", "5.32", "4", 4, "perl-5.32-4.src.rpm"};
  TestPackage own{"perl-Carp", "1.50", "7", 0, "perl-5.32-4.src.rpm"};
  TestPackage alone{"perl-Time", "1.9", "7", 1, "perl-Time-1.9-7.src.rpm"};
  TestPackage odd{"odd", "1", "1", 0, "not-a-source"};
  const TestScan scan = run_inspector("rpm", {{kNdb, make_ndb({own, main, alone, odd})}});
  EXPECT_EQ(
      rows_of(scan.inventory),
      (std::vector<std::string>{"odd 1-1 x86_64 odd 1-1", "perl 4:5.32-4 x86_64 perl 4:5.32-4",
                                "perl-Carp 1.50-7 x86_64 perl 4:5.32-4",
                                "perl-Time 1:1.9-7 x86_64 perl-Time 1:1.9-7"}));
}

TEST(Rpm, SaysWhatCannotBeRead) {
  struct Row {
    std::string bytes;
    std::string_view says, why;
  };
  std::string btree = make_bdb(three());
  btree.replace(12, 4, le32(0x053162));
  std::string encrypted = make_bdb(three());
  encrypted[24] = 1;
  std::string old = make_bdb(three());
  old.replace(16, 4, le32(5));
  std::string new_ndb = make_ndb(three());
  new_ndb[4] = 1;
  const Row rows[] = {
      {"", "the file is empty", "a file of no bytes"},
      {std::string(5000, 'x'), "neither", "no format that there is"},
      {btree, "B-tree, as rpm 5 writes it, is not supported", "rpm 5"},
      {encrypted, "encrypted", "Berkeley DB can encrypt"},
      {old, "hash of version 5", "before rpm 4"},
      {new_ndb, "NDB of version 1", "there is version 0 alone"},
      {make_sqlite_by({"CREATE TABLE other (a)"}), "no table of packages", "not rpm's"},
      {make_sqlite_by(
           {"CREATE TABLE t (hnum, blob)", "CREATE VIEW Packages AS SELECT hnum, blob FROM t"}),
       "is no table", "a view would be run"},
      {make_sqlite_by({"CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, name TEXT)"}),
       "no such column: blob", "a table of another shape"},
      {make_sqlite_by({"CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, "
                       "blob AS (hex(hnum)) STORED)",
                       "INSERT INTO Packages(hnum) VALUES (1)"}),
       "", "a function of the schema is not run"},
      {make_sqlite({}).substr(0, 90), "shorter than its header", "cut"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    const TestScan scan = run_inspector("rpm", {{kBdb, row.bytes}});
    EXPECT_TRUE(scan.inventory.packages.empty());
    ASSERT_TRUE(scan.has_gap());
    EXPECT_TRUE(scan.notes[0].what.contains(row.says)) << scan.notes[0].what;
    EXPECT_TRUE(scan.notes[0].what.starts_with("rpm ")) << scan.notes[0].what;
  }
}

TEST(Rpm, TellsThatADatabaseListsNothing) {
  for (const std::string& bytes : {make_bdb({}), make_ndb({}), make_sqlite({})}) {
    const TestScan scan = run_inspector("rpm", {{kBdb, bytes}});
    EXPECT_FALSE(scan.has_gap());
    ASSERT_EQ(scan.notes.size(), 1u);
    EXPECT_EQ(scan.notes[0].code, "empty-database");
  }
}

TEST(Rpm, KeepsToTheLimits) {
  for (const Form& form : forms()) {
    SCOPED_TRACE(form.what);
    TestOptions options;
    options.run.limits.packages = 2;
    const TestScan few = run_inspector("rpm", {{form.path, form.bytes}}, options);
    EXPECT_EQ(few.inventory.packages.size(), 2u);
    EXPECT_TRUE(few.has_gap());
    options = {};
    options.run.limits.rpm_header_bytes = 4000;
    const TestScan small = run_inspector("rpm", {{form.path, form.bytes}}, options);
    EXPECT_EQ(rows_of(small.inventory), (std::vector<std::string>{kThree[0], kThree[2]}));
    EXPECT_TRUE(small.has_gap());
    options = {};
    options.run.limits.owned_path_bytes = 5;
    const TestScan bare = run_inspector("rpm", {{form.path, form.bytes}}, options);
    EXPECT_EQ(rows_of(bare.inventory), kThree);
    EXPECT_FALSE(bare.has_gap());
    EXPECT_FALSE(bare.notes.empty());
    for (const Package& package : bare.inventory.packages) {
      EXPECT_TRUE(package.files.packed.empty());
    }
  }
}

/// Cuts at each `step`-th byte and flips some: no crash, and never fewer packages without a word.
void damage(const std::string& path, const std::string& good, std::size_t packages,
            std::size_t step) {
  for (std::size_t i = 0; i < good.size(); i += step) {
    const TestScan cut = run_inspector("rpm", {{path, good.substr(0, i)}});
    EXPECT_TRUE(cut.inventory.packages.size() == packages || cut.has_gap()) << "cut at " << i;
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0xFF);
    const TestScan flipped = run_inspector("rpm", {{path, bad}});
    EXPECT_TRUE(flipped.inventory.packages.size() >= packages || flipped.has_gap())
        << "flipped at " << i << ": " << flipped.inventory.packages.size();
  }
}

TEST(Rpm, NeverLosesAPackageSilently) {
  for (const Form& form : forms()) {
    SCOPED_TRACE(form.what);
    damage(form.path, form.bytes, 3, form.bytes.size() > 30000 ? 41 : 13);
  }
}

TEST(Rpm, KeepsTheNeighboursOfADamagedRecord) {
  for (const Form& form : forms()) {
    SCOPED_TRACE(form.what);
    // The second of three packages: its name in the header.
    std::string bad = form.bytes;
    const std::size_t at = bad.find(std::string("bash\0", 5));
    ASSERT_NE(at, std::string::npos);
    bad[at] = '\n';
    const TestScan scan = run_inspector("rpm", {{form.path, bad}});
    EXPECT_EQ(rows_of(scan.inventory), (std::vector<std::string>{kThree[0], kThree[2]}));
    EXPECT_TRUE(scan.has_gap());
    ASSERT_FALSE(scan.notes.empty());
    EXPECT_TRUE(scan.notes[0].offset.has_value());
  }
}

TEST(Rpm, LaysALogOverItsDatabase) {
  struct Row {
    std::vector<std::string> then;
    std::vector<std::string> want;
    std::string_view why;
  };
  const std::string added = "new 2-1.el9 x86_64 new 2-1.el9";
  const Row rows[] = {
      {{}, kThree, "an empty log"},
      {{"INSERT INTO Packages(blob) VALUES (@new)"},
       {kThree[0], kThree[1], added, kThree[2]},
       "a package more"},
      {{"DELETE FROM Packages WHERE hnum = 2"}, {kThree[0], kThree[2]}, "one less"},
      {{"INSERT OR REPLACE INTO Packages VALUES (2, @bash)"},
       {kThree[0], "bash 2-1.el9 x86_64 bash 2-1.el9", kThree[2]},
       "one replaced"},
      {{"DELETE FROM Packages WHERE hnum = 1", "INSERT INTO Packages(blob) VALUES (@new)",
        "DELETE FROM Packages WHERE hnum = 3"},
       {kThree[1], added},
       "several transactions"},
      {{"BEGIN", "DELETE FROM Packages", "INSERT INTO Packages(blob) VALUES (@new)", "COMMIT"},
       {added},
       "everything new"},
      {{"DELETE FROM Packages", "VACUUM"}, {}, "pages move"},
      {{"VACUUM"}, kThree, "all pages are in the log"},
  };
  for (const int page_bytes : {512, 4096}) {
    for (const Row& row : rows) {
      SCOPED_TRACE(row.why);
      const SqlitePair pair = make_logged_sqlite(three(), row.then, page_bytes);
      const TestScan alone = run_inspector("rpm", {{kSqlite, pair.database}});
      EXPECT_EQ(rows_of(alone.inventory), kThree) << "the log does matter";
      const TestScan both =
          run_inspector("rpm", {{kSqlite, pair.database, 0}, {kSqlite + "-wal", pair.log, 1}});
      EXPECT_EQ(rows_of(both.inventory), row.want);
      EXPECT_FALSE(both.has_gap()) << both.notes[0].what;
      const auto bash = std::ranges::find(both.inventory.packages, "5.2-1.el9", &Package::version);
      if (bash != both.inventory.packages.end()) {
        EXPECT_EQ(paths_of(bash->files), std::vector<std::string>{"usr/bin/bash"});
      }
    }
  }
}

TEST(Rpm, ReadsNoMoreOfALogThanWasFinished) {
  const SqlitePair pair = make_logged_sqlite(
      three(),
      {"INSERT INTO Packages(blob) VALUES (@new)", "INSERT INTO Packages(blob) VALUES (@newer)"});
  std::set<std::size_t> counts;
  for (std::size_t i = pair.log.size() % 97; i <= pair.log.size(); i += 97) {
    const TestScan scan =
        run_inspector("rpm", {{kSqlite, pair.database}, {kSqlite + "-wal", pair.log.substr(0, i)}});
    EXPECT_FALSE(scan.has_gap()) << "cut at " << i;
    counts.insert(scan.inventory.packages.size());
  }
  EXPECT_EQ(counts, (std::set<std::size_t>{3, 4, 5}));
  for (std::size_t i = 32; i < pair.log.size(); i += 97) {
    std::string bad = pair.log;
    bad[i] = static_cast<char>(bad[i] ^ 0xFF);
    const TestScan scan = run_inspector("rpm", {{kSqlite, pair.database}, {kSqlite + "-wal", bad}});
    // A frame of other salts ends a log rightly: it is of an earlier round.
    const std::size_t in_frame = (i - 32) % (24 + 4096);
    if (in_frame >= 8 && in_frame < 16) continue;
    EXPECT_TRUE(scan.has_gap()) << "flipped at " << i;
  }
}

TEST(Rpm, TellsThatAChangeWasCutOff) {
  const std::string mark = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
  struct JournalRow {
    std::string bytes;
    bool is_hot;
    std::string_view why;
  };
  const std::vector<JournalRow> kJournals = {
      {mark + std::string("\0\0\0\1", 4) + std::string(500, 'x'), true, "a page to be put back"},
      {mark + "\xff\xff\xff\xff", true, "as many as there are"},
      {mark + std::string(4, '\0') + "x", false, "the database was not touched yet"},
      {std::string(600, '\0'), false, "a change that was finished: zeroed"},
      {"", false, "a change that was finished: emptied"},
      {mark, false, "cut inside its head"},
  };
  for (const JournalRow& row : kJournals) {
    SCOPED_TRACE(row.why);
    for (const std::size_t chunk : {1u, 4096u}) {
      TestOptions options;
      options.chunk = chunk;
      const TestScan scan = run_inspector(
          "rpm", {{kSqlite, make_sqlite(three())}, {kSqlite + "-journal", row.bytes, 1}}, options);
      EXPECT_EQ(rows_of(scan.inventory), kThree);
      EXPECT_EQ(scan.has_gap(), row.is_hot);
      EXPECT_EQ(scan.notes.size(), row.is_hot ? 1u : 0u);
    }
  }
  EXPECT_TRUE(run_inspector("rpm", {{kSqlite + "-journal", kJournals[0].bytes}}).notes.empty());
}

TEST(Rpm, ReadsTheManifestOfADistrolessImage) {
  const std::string manifest =
      "mariner-release\t2.0-4.cm2\t1653816591\t1653628955\tMicrosoft Corporation\t(none)\t580\t"
      "noarch\t0\tmariner-release-2.0-4.cm2.src.rpm\n"
      "openssl-libs\t1.1.1k-15.cm2\t1\t2\tMicrosoft Corporation\t1\t9\tx86_64\t1\t"
      "openssl-1.1.1k-15.cm2.src.rpm\n"
      "file /usr/x is not owned by any package\n"
      "odd\t1\t1\t2\tv\t(none)\t9\tx86_64\t0\t(none)\n"
      "gpg-pubkey\t3135ce90-5e6fda74\t1\t2\t(none)\t(none)\t0\t(none)\t0\t(none)";
  for (const std::size_t chunk : {1U, 7U, 4096U}) {
    TestOptions options;
    options.chunk = chunk;
    const TestScan scan =
        run_inspector("rpm", {{"var/lib/rpmmanifest/container-manifest-2", manifest}}, options);
    EXPECT_EQ(
        rows_of(scan.inventory),
        (std::vector<std::string>{"gpg-pubkey 3135ce90-5e6fda74  gpg-pubkey 3135ce90-5e6fda74",
                                  "mariner-release 2.0-4.cm2 noarch mariner-release 2.0-4.cm2",
                                  "openssl-libs 1:1.1.1k-15.cm2 x86_64 openssl 1:1.1.1k-15.cm2"}));
    ASSERT_EQ(scan.notes.size(), 2u);
    EXPECT_TRUE(scan.has_gap());
    EXPECT_TRUE(scan.notes[0].what.contains("a line of 1 fields"));
    EXPECT_EQ(scan.notes[1].offset, manifest.find("odd\t"));
  }
}

/// "name epoch version-release arch" of a line of the expected tables.
std::string expected_row(const std::string& line) {
  std::vector<std::string> field;
  std::istringstream in(line);
  for (std::string one; std::getline(in, one, '\t');) field.push_back(one);
  const std::string epoch = field[1].empty() || field[1] == "0" ? "" : field[1] + ":";
  const std::string arch = field[4] == "(none)" ? "" : field[4];
  return field[0] + " " + epoch + field[2] + "-" + field[3] + " " + arch + " " +
         (field[5] == "(none)" ? "" : field[5]);
}

TEST(Rpm, AgreesWithRpmOnRealDatabases) {
  const auto images = shared_images();
  if (!images) GTEST_SKIP() << "no real databases beside the project";
  std::size_t databases = 0;
  for (const auto& folder : std::filesystem::directory_iterator(*images / "rpmdb")) {
    const std::string name = folder.path().filename();
    SCOPED_TRACE(name);
    std::vector<std::string> want;
    std::istringstream table(read_whole(*images / "expected" / ("rpm-" + name + ".packages.tsv")));
    for (std::string line; std::getline(table, line);) {
      if (!line.starts_with('#')) want.push_back(expected_row(line));
    }
    std::ranges::sort(want);
    const auto file = *std::filesystem::directory_iterator(folder);
    const TestScan scan = run_inspector(
        "rpm", {{"var/lib/rpm/" + file.path().filename().string(), read_whole(file.path())}});
    if (name == "rpm5-btree-yocto" || name == "empty") {
      EXPECT_TRUE(scan.inventory.packages.empty());
      EXPECT_TRUE(scan.has_gap());
      continue;
    }
    std::vector<std::string> got;
    for (const Package& p : scan.inventory.packages) {
      std::string source = p.match_version();
      source = source.substr(source.find(':') + 1);
      got.push_back(p.name + " " + p.version + " " + p.architecture + " " +
                    (p.name == "gpg-pubkey" ? "" : p.match_name() + "-" + source + ".src.rpm"));
    }
    std::ranges::sort(got);
    EXPECT_EQ(got, want);
    EXPECT_TRUE(scan.notes.empty()) << scan.notes[0].what;
    ++databases;
  }
  EXPECT_EQ(databases, 6u);
}

TEST(Rpm, SurvivesDamageToRealDatabases) {
  const auto images = shared_images();
  if (!images) GTEST_SKIP() << "no real databases beside the project";
  struct Row {
    std::string_view file;
    std::size_t packages, step;
  };
  for (const Row& row :
       {Row{"hello-epoch/Packages", 1, 512}, Row{"el8-libuuid/Packages", 1, 512},
        Row{"fc33-rpm-tools/rpmdb.sqlite", 9, 512}, Row{"sle15-bci/Packages.db", 35, 4096}}) {
    SCOPED_TRACE(row.file);
    damage("var/lib/rpm/x", read_whole(*images / "rpmdb" / row.file), row.packages, row.step);
  }
}

}  // namespace
}  // namespace bulkhead::catalog::rpm
