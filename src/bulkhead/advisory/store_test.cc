#include "bulkhead/advisory/store.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "bulkhead/advisory/import.h"
#include "bulkhead/advisory/manifest.h"
#include "bulkhead/advisory/scratch_test.h"
#include "bulkhead/advisory/staging.h"
#include "bulkhead/advisory/writer.h"

namespace bulkhead::advisory {
namespace {

using Texts = std::vector<std::string>;

std::string osv(std::string_view id, const Texts& ecosystems, std::string_view package,
                std::string_view fixed, std::string_view more = "") {
  std::string affected;
  for (const std::string& ecosystem : ecosystems) {
    affected += fmt::format(
        R"({}{{"package":{{"ecosystem":"{}","name":"{}"}},"ranges":[{{"type":"ECOSYSTEM","events":)"
        R"([{{"introduced":"0"}},{{"fixed":"{}"}}]}}]}})",
        affected.empty() ? "" : ",", ecosystem, package, fixed);
  }
  return fmt::format(
      R"({{"id":"{}","modified":"2024-01-02T00:00:00Z","summary":"Title of {}",{}"affected":[{}]}})",
      id, id, more, affected);
}

std::string secdb(std::string_view release, std::string_view fixes) {
  return fmt::format(
      R"({{"distroversion":"{}","reponame":"main","packages":[{{"pkg":{{"name":"curl","secfixes":{{{}}}}}}}]}})",
      release, fixes);
}

constexpr std::string_view kTracker =
    R"({"curl":{"CVE-2020-1":{"description":"Words","releases":{
      "bookworm":{"status":"open","urgency":"low"},
      "sid":{"status":"resolved","fixed_version":"7","urgency":"low"}}}}})";

constexpr std::string_view kKev =
    R"({"catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-2020-1","vulnerabilityName":"N","dateAdded":"2025-01-02"}]})";

ImportResult import(const std::string& folder, const Texts& paths,
                    std::int64_t now = 1'700'000'000) {
  RunContext context = quiet_context();
  context.now_unix_s = now;
  auto result = import_paths(folder, paths, context);
  EXPECT_TRUE(result) << describe(result.error());
  return result ? std::move(*result) : ImportResult{};
}

Texts names(const std::vector<FeedInfo>& feeds) {
  Texts out;
  for (const FeedInfo& feed : feeds) out.push_back(fmt::format("{}:{}", feed.name, feed.records));
  return out;
}

// "ID FIXED" of each statement.
Texts find(Store& store, std::string_view ecosystem, std::string_view package) {
  Texts out;
  const auto statements = store.find(ecosystem, package);
  EXPECT_TRUE(statements) << describe(statements.error());
  if (!statements) return out;
  for (const Statement& statement : *statements) {
    EXPECT_EQ(statement.affected.name, package);
    std::string line = statement.advisory_id;
    for (const VersionRange& range : statement.affected.ranges) line += " " + range.fixed;
    out.push_back(line);
  }
  return out;
}

Store open(const std::string& folder) {
  auto store = Store::open(folder);
  EXPECT_TRUE(store) << describe(store.error());
  return std::move(*store);
}

Texts codes(const ImportResult& result) {
  Texts out;
  for (const Note& note : result.notes) out.push_back(note.code);
  return out;
}

TEST(Store, AFolderThatIsNotThereIsAnEmptyStore) {
  const Scratch scratch;
  Store store = open(scratch.path("nowhere"));
  EXPECT_TRUE(store.feeds().empty());
  EXPECT_FALSE(store.has_ecosystem("Debian:12"));
  EXPECT_TRUE(find(store, "Debian:12", "curl").empty());
  EXPECT_EQ(store.is_known_exploited("CVE-2020-1"), false);
  EXPECT_TRUE(store.search("curl", 10)->empty());
  EXPECT_EQ(store.text("osv/npm", "A")->has_value(), false);
}

TEST(Store, GivesWhatWasImported) {
  const Scratch scratch;
  scratch.put("in/tracker.json", kTracker);
  scratch.put("in/kev.json", kKev);
  scratch.put(
      "in/secdb.json",
      secdb("v3.18", R"("7.1-r0":["CVE-2020-9"],"7.0-r0":["CVE-2020-9","CVE-2020-1 XSA-3"])"));
  scratch.put(
      "in/osv.zip",
      make_zip(
          {{"1",
            osv("U-2", {"Ubuntu:22.04:LTS"}, "curl", "7.2",
                R"("upstream":["CVE-2020-1"],"details":"Long","references":[{"url":"https://example.org"}],)")},
           {"2", osv("U-1", {"Ubuntu:22.04:LTS"}, "curl", "7.1")},
           {"3", osv("U-3", {"Ubuntu:22.04:LTS"}, "zlib", "1.3")}}));
  const std::string db = scratch.path("db");
  const ImportResult result = import(db, {scratch.path("in")});
  EXPECT_EQ(codes(result), Texts{});
  EXPECT_EQ(result.records, 4u + 1 + 3 + 2);
  Store store = open(db);
  EXPECT_EQ(names(store.feeds()),
            (Texts{"alpine-secdb/v3.18/main:4", "cisa-kev:1", "debian-tracker/bookworm:1",
                   "debian-tracker/sid:1", "osv/Ubuntu:22.04:3"}));
  EXPECT_EQ(names(result.feeds), names(store.feeds()));
  EXPECT_TRUE(store.has_ecosystem("Alpine:v3.18"));
  EXPECT_TRUE(store.has_ecosystem("Ubuntu:22.04")) << "as a scan calls it";
  EXPECT_TRUE(store.has_ecosystem("Ubuntu:22.04:LTS"));
  EXPECT_TRUE(store.has_ecosystem("Debian:sid"));
  EXPECT_FALSE(store.has_ecosystem("Debian:11"));
  EXPECT_FALSE(store.has_ecosystem("Alpine"));
  EXPECT_FALSE(store.has_ecosystem("")) << "the catalogue of exploited ones is no ecosystem";

  EXPECT_EQ(find(store, "Ubuntu:22.04", "curl"), (Texts{"U-1 7.1", "U-2 7.2"})) << "by id";
  EXPECT_EQ(find(store, "Alpine:v3.18", "curl"),
            (Texts{"CVE-2020-1 7.0-r0", "CVE-2020-9 7.1-r0", "CVE-2020-9 7.0-r0", "XSA-3 7.0-r0"}))
      << "of one id as the file has them";
  EXPECT_TRUE(find(store, "Ubuntu:22.04", "cur").empty());
  EXPECT_TRUE(find(store, "Ubuntu:24.04", "curl").empty());
  const auto tracker = store.find("Debian:12", "curl");
  ASSERT_EQ(tracker->size(), 1u);
  EXPECT_EQ((*tracker)[0].feed, "debian-tracker/bookworm");
  EXPECT_EQ((*tracker)[0].affected.fix_state, FixState::not_fixed);
  EXPECT_EQ((*tracker)[0].affected.severity, Severity::low);
  EXPECT_EQ((*tracker)[0].affected.ecosystem, "Debian:12");
  EXPECT_EQ((*tracker)[0].cves, Texts{"CVE-2020-1"});

  const auto text = store.text("osv/Ubuntu:22.04", "U-2");
  ASSERT_TRUE(text && *text);
  EXPECT_EQ((*text)->title, "Title of U-2");
  EXPECT_EQ((*text)->detail, "Long");
  EXPECT_EQ((*text)->references, Texts{"https://example.org"});
  EXPECT_EQ((*text)->modified_unix_s, 1704153600);
  EXPECT_FALSE(store.text("osv/Ubuntu:22.04", "U-9")->has_value());
  EXPECT_FALSE(store.text("osv/none", "U-2")->has_value());
  EXPECT_EQ(store.is_known_exploited("CVE-2020-1"), true);
  EXPECT_EQ(store.is_known_exploited("CVE-2020-2"), false);

  const auto about = store.find_cve("CVE-2020-1");
  ASSERT_TRUE(about);
  ASSERT_EQ(about->size(), 1u);
  EXPECT_EQ(about->front().feed, "cisa-kev");

  const auto found = store.search("cve-2020-1", 10);
  ASSERT_TRUE(found);
  Texts rows;
  for (const auto& row : *found) rows.push_back(row.ecosystem + " " + row.statement.advisory_id);
  EXPECT_EQ(rows, (Texts{"Alpine:v3.18 CVE-2020-1", "Debian:12 CVE-2020-1", "Debian:sid CVE-2020-1",
                         "Ubuntu:22.04 U-2"}));
  EXPECT_EQ(found->back().title, "Title of U-2");
  EXPECT_EQ(store.search("XSA-3", 10)->size(), 1u) << "beside a CVE";
  EXPECT_EQ(store.search("u-3", 10)->size(), 1u) << "an advisory";
  EXPECT_EQ(store.search("curl", 10)->size(), 8u) << "a package";
  EXPECT_EQ(store.search("curl", 2)->size(), 2u);
  EXPECT_TRUE(store.search("nothing", 10)->empty());
}

TEST(Import, KeepsScoresByCve) {
  const Scratch scratch;
  const std::string db = scratch.path("db");
  std::string rows = "#model_version:v1,score_date:2026-01-02T00:00:00+0000\ncve,epss,percentile\n";
  // More than one staged row and one block of them; not in the order of their numbers.
  for (int i = 9999; i >= 1000; --i) rows += fmt::format("CVE-2020-{},0.{:05},0.5\n", i, i);
  rows += "CVE-1999-0001,0.1,0.2\nCVE-2020-1000,1,1\nCVE-2021-4294967296,0.3,0.4\n";
  import(db, {scratch.put("epss.csv", rows), scratch.put("kev.json", kKev)});
  Store store = open(db);
  EXPECT_EQ(names(store.feeds()), (Texts{"cisa-kev:1", "epss:9002"}));
  EXPECT_EQ(store.feeds()[1].updated_unix_s, 1767312000);
  const auto epss_of = [&](std::string_view cve) -> std::optional<Epss> {
    const auto about = store.find_cve(cve);
    if (!about || about->size() != 1) return {};
    EXPECT_EQ(about->front().feed, "epss");
    EXPECT_EQ(about->front().advisory_id, cve);
    EXPECT_EQ(about->front().cves, Texts{std::string(cve)});
    return about->front().epss;
  };
  EXPECT_EQ(epss_of("CVE-1999-0001"), (Epss{0.1, 0.2}));
  EXPECT_EQ(epss_of("CVE-2020-1001"), (Epss{0.01001, 0.5}));
  EXPECT_EQ(epss_of("CVE-2020-5555"), (Epss{0.05555, 0.5}));
  EXPECT_EQ(epss_of("CVE-2020-9999"), (Epss{0.09999, 0.5}));
  EXPECT_EQ(epss_of("CVE-2020-1000"), (Epss{1, 1})) << "of two the last";
  EXPECT_EQ(epss_of("CVE-2021-4294967296"), (Epss{0.3, 0.4})) << "kept as a record";
  for (const char* absent : {"CVE-1998-0001", "CVE-2020-10000", "CVE-2022-1", "curl", ""}) {
    EXPECT_FALSE(epss_of(absent)) << absent;
  }
  import(db, {scratch.put("epss.csv", "cve,epss,percentile\nCVE-2020-1000,0.5,0.5\n")});
  store = open(db);
  EXPECT_EQ(names(store.feeds()), (Texts{"cisa-kev:1", "epss:1"}));
  EXPECT_EQ(epss_of("CVE-2020-1000"), (Epss{0.5, 0.5}));
  EXPECT_FALSE(epss_of("CVE-2020-1001")) << "the whole feed is replaced";
}

TEST(Import, ReplacesAFeedAsAWholeAndNoOther) {
  const Scratch scratch;
  const std::string db = scratch.path("db");
  const std::string a =
      scratch.put("a.json", secdb("v3.17", R"("1-r0":["CVE-2020-1","CVE-2020-2"])"));
  const std::string b = scratch.put("b.json", secdb("v3.18", R"("2-r0":["CVE-2020-1"])"));
  const std::string npm = scratch.put(
      "npm.zip",
      make_zip({{"1", osv("N-1", {"npm"}, "left", "1")}, {"2", osv("N-2", {"npm"}, "left", "2")}}));
  import(db, {a});
  import(db, {npm});
  import(db, {b});
  EXPECT_EQ(names(open(db).feeds()),
            (Texts{"alpine-secdb/v3.17/main:2", "alpine-secdb/v3.18/main:1", "osv/npm:2"}));
  scratch.put("a.json", secdb("v3.17", R"("1-r0":["CVE-2020-2"])"));
  scratch.put("npm.zip", make_zip({{"3", osv("N-3", {"npm"}, "left", "3")}}));
  import(db, {a, npm});
  Store store = open(db);
  EXPECT_EQ(names(store.feeds()),
            (Texts{"alpine-secdb/v3.17/main:1", "alpine-secdb/v3.18/main:1", "osv/npm:1"}));
  EXPECT_EQ(find(store, "npm", "left"), Texts{"N-3 3"}) << "what is gone from the data is gone";
}

TEST(Import, AnEcosystemsArchiveSaysNothingWholeOfOthers) {
  const Scratch scratch;
  const std::string db = scratch.path("db");
  const std::string nine = scratch.put(
      "9.zip", make_zip({{"1", osv("A-1", {"AlmaLinux:9"}, "curl", "1")},
                         {"2", osv("A-2", {"AlmaLinux:9", "AlmaLinux:8"}, "curl", "2")}}));
  const std::string eight =
      scratch.put("8.zip", make_zip({{"2", osv("A-2", {"AlmaLinux:9", "AlmaLinux:8"}, "curl", "2")},
                                     {"3", osv("A-3", {"AlmaLinux:8"}, "curl", "3")}}));
  EXPECT_EQ(names(import(db, {eight}).feeds), Texts{"osv/AlmaLinux:8:2"});
  const ImportResult result = import(db, {nine});
  EXPECT_EQ(names(result.feeds), Texts{"osv/AlmaLinux:9:2"});
  EXPECT_EQ(codes(result), Texts{"foreign-ecosystem"});
  Store store = open(db);
  EXPECT_EQ(find(store, "AlmaLinux:8", "curl"), (Texts{"A-2 2", "A-3 3"}));
  EXPECT_EQ(find(store, "AlmaLinux:9", "curl"), (Texts{"A-1 1", "A-2 2"}));
  // An archive of several ecosystems, none of which has all: each gets what names it.
  const std::string debian =
      scratch.put("all.zip", make_zip({{"1", osv("D-1", {"Debian:11", "Debian:12"}, "curl", "1")},
                                       {"2", osv("D-2", {"Debian:12"}, "curl", "2")},
                                       {"3", osv("D-3", {"Debian:11"}, "curl", "3")}}));
  EXPECT_EQ(names(import(db, {debian}).feeds), (Texts{"osv/Debian:11:2", "osv/Debian:12:2"}));
}

TEST(Import, TakesTheNewestOfOneOsvIdAndOneDocumentOfAFeed) {
  const Scratch scratch;
  const std::string db = scratch.path("db");
  std::string newer = osv("N-1", {"npm"}, "left", "2");
  newer.replace(newer.find("2024-01-02"), 10, "2024-01-03");
  scratch.put("in/1.zip", make_zip({{"1", newer}}));
  scratch.put("in/2.zip", make_zip({{"1", osv("N-1", {"npm"}, "left", "1")}}));
  scratch.put("in/a.json", secdb("v3.18", R"("1-r0":["CVE-2020-1","CVE-2020-2"])"));
  scratch.put("in/b.json", secdb("v3.18", R"("9-r0":["CVE-2020-1"])"));
  scratch.put("in/c.yaml",
              "distroversion: v3.18\nreponame: main\npackages:\n- pkg:\n    name: curl\n"
              "    secfixes:\n      1-r0: [CVE-2020-1, CVE-2020-2]\n");
  const ImportResult result = import(db, {scratch.path("in")});
  EXPECT_EQ(codes(result), (Texts{"double-feed"}));
  Store store = open(db);
  EXPECT_EQ(names(store.feeds()), (Texts{"alpine-secdb/v3.18/main:2", "osv/npm:1"}));
  EXPECT_EQ(find(store, "npm", "left"), Texts{"N-1 2"});
  EXPECT_EQ(find(store, "Alpine:v3.18", "curl"), (Texts{"CVE-2020-1 1-r0", "CVE-2020-2 1-r0"}));
}

TEST(Import, NotesWhatItPassesOver) {
  const Scratch scratch;
  const std::string db = scratch.path("db");
  const std::string zip = scratch.put(
      "x.zip", make_zip({{"good", osv("N-1", {"npm"}, "left", "1")},
                         {"no-id", R"({"modified":"2024-01-01T00:00:00Z","affected":[]})"},
                         {"cut", R"({"id":"N-2","affected":[)"},
                         {"gone", osv("N-3", {"npm"}, "left", "1",
                                      R"("withdrawn":"2024-01-01T00:00:00Z",)")},
                         {"words", "words"}}));
  const ImportResult result = import(db, {zip});
  EXPECT_EQ(names(result.feeds), Texts{"osv/npm:1"});
  ASSERT_EQ(codes(result), (Texts{"malformed", "malformed", "unsupported"}));
  EXPECT_EQ(result.notes[0].where, zip + "/cut");
  EXPECT_EQ(result.notes[0].level, NoteLevel::incomplete);
  EXPECT_EQ(result.notes[1].where, zip + "/no-id");
  EXPECT_EQ(result.notes[2].level, NoteLevel::info);

  const ImportResult nothing = import(db, {scratch.put("words", "words")});
  EXPECT_TRUE(nothing.feeds.empty());
  EXPECT_EQ(codes(nothing), (Texts{"no-advisory-data", "unsupported"}));
  EXPECT_EQ(names(open(db).feeds()), Texts{"osv/npm:1"}) << "the old data stands";
  EXPECT_FALSE(import_paths(db, {scratch.path("nowhere")}, quiet_context()));
}

TEST(Import, TellsWhatBecameOfEachFormat) {
  const Scratch scratch;
  const std::string archive =
      make_zip({{"1", osv("N-1", {"npm", "PyPI"}, "left", "1")},
                {"2", R"({"id":"N-2","affected":[],"withdrawn":"2020-01-01T00:00:00Z"})"},
                {"3", R"({"schema_version":"1","id":"N-3"})"},
                {"4", R"({"id":"","affected":[]})"},
                {"5", R"({"id":"N-5","affected":[)"}});
  const ImportResult result =
      import(scratch.path("db"), {scratch.put("a.zip", archive), scratch.put("t.json", kTracker)});
  ASSERT_EQ(result.formats.size(), 2u);
  const FormatTally& tracker = result.formats[0];
  EXPECT_EQ(tracker.format, "debian-tracker");
  EXPECT_EQ(tracker.documents, 1u);
  EXPECT_GT(tracker.kept, 0u);
  const FormatTally& records = result.formats[1];
  EXPECT_EQ(records.format, "osv");
  EXPECT_EQ(records.documents, 4u) << "what is cut has no format";
  EXPECT_EQ(records.kept, 1u) << "once, though in two feeds";
  EXPECT_EQ(records.withdrawn, 1u);
  EXPECT_EQ(records.empty, 1u);
  EXPECT_EQ(records.noted, 1u);
}

TEST(Import, TheSameDataGivesTheSameFiles) {
  const Scratch scratch;
  scratch.put("in/tracker.json", kTracker);
  scratch.put("in/osv.zip", make_zip({{"1", osv("N-1", {"npm", "PyPI"}, "left", "1")}}));
  const auto files = [&](const char* db, std::int64_t now) {
    Texts out;
    for (const FeedInfo& feed : import(scratch.path(db), {scratch.path("in")}, now).feeds) {
      out.push_back(feed.file);
    }
    return out;
  };
  const Texts first = files("1", 1'700'000'000);
  EXPECT_EQ(first.size(), 4u);
  EXPECT_EQ(files("2", 1'800'000'000), first);
  EXPECT_EQ(files("1", 1'800'000'000), first) << "again into the same store";
}

TEST(Store, AnOpenOneKeepsItsView) {
  const Scratch scratch;
  const std::string db = scratch.path("db");
  const std::string a = scratch.put("a.json", secdb("v3.18", R"("1-r0":["CVE-2020-1"])"));
  import(db, {a});
  Store before = open(db);
  scratch.put("a.json", secdb("v3.18", R"("2-r0":["CVE-2020-1"])"));
  import(db, {a});
  EXPECT_EQ(find(before, "Alpine:v3.18", "curl"), Texts{"CVE-2020-1 1-r0"})
      << "not opened yet then";
  Store after = open(db);
  EXPECT_EQ(find(after, "Alpine:v3.18", "curl"), Texts{"CVE-2020-1 2-r0"});
  EXPECT_EQ(find(before, "Alpine:v3.18", "curl"), Texts{"CVE-2020-1 1-r0"});
}

TEST(Import, SeveralAtOnceAllSurvive) {
  const Scratch scratch;
  const std::string db = scratch.path("db");
  std::vector<std::thread> writers;
  for (int i = 0; i < 6; ++i) {
    const std::string path = scratch.put(
        fmt::format("{}.json", i), secdb(fmt::format("v3.{}", i), R"("1-r0":["CVE-2020-1"])"));
    writers.emplace_back([db, path] { import(db, {path}); });
  }
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(Store::open(db)) << "a reader never waits or fails";
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(open(db).feeds().size(), 6u);
}

TEST(Import, AKilledOneLeavesTheStoreUsable) {
  const Scratch scratch;
  const std::string db = scratch.path("db");
  const auto version = [&](int n) {
    Files files;
    for (int i = 0; i < 300; ++i) {
      files.emplace_back(std::to_string(i),
                         osv(fmt::format("N-{}", i), {"npm"}, "left", std::to_string(n)));
    }
    return scratch.put(fmt::format("{}.zip", n), make_zip(files));
  };
  const std::string paths[] = {version(1), version(2)};
  const auto begin = std::chrono::steady_clock::now();
  import(db, {paths[0]});
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
                         std::chrono::steady_clock::now() - begin)
                         .count();
  int killed = 0;
  for (int round = 0; round < 30; ++round) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto done = import_paths(db, {paths[round % 2]}, quiet_context());
      ::_exit(done ? 0 : 1);
    }
    ::usleep(static_cast<useconds_t>(whole * round / 28));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    killed += WIFSIGNALED(status) ? 1 : 0;
    Store store = open(db);
    const Texts found = find(store, "npm", "left");
    ASSERT_EQ(found.size(), 300u) << "round " << round;
    EXPECT_TRUE(std::ranges::all_of(found, [&](const std::string& line) {
      return line.substr(line.find(' ')) == found[0].substr(found[0].find(' '));
    })) << "never a mixture";
  }
  EXPECT_GT(killed, 0);
  import(db, {paths[1]});
  Store store = open(db);
  EXPECT_TRUE(find(store, "npm", "left")[0].ends_with(" 2"));
}

TEST(Store, DamageIsAnErrorThatNamesTheFile) {
  const Scratch scratch;
  const std::string db = scratch.path("db");
  const std::string path =
      db + "/" + import(db, {scratch.put("t.json", kTracker)}).feeds.at(0).file;
  const std::string good = slurp(path);
  ASSERT_EQ(good.substr(0, 15), "SQLite format 3");
  const auto put = [&](const std::string& text) {
    std::filesystem::remove(path);
    std::ofstream(path, std::ios::binary) << text;
  };
  const auto try_all = [&]() -> Result<void> {
    BH_TRY(Store store, Store::open(db));
    BH_TRY(const auto found, store.find("Debian:12", "curl"));
    for (const Statement& statement : found) {
      BH_TRY(const auto text, store.text(statement.feed, statement.advisory_id));
    }
    BH_TRY(const auto rows, store.search("CVE-2020-1", 10));
    return {};
  };
  EXPECT_TRUE(try_all());
  for (const std::size_t size : {std::size_t{0}, std::size_t{15}, good.size() - 1}) {
    put(good.substr(0, size));
    const auto done = try_all();
    ASSERT_FALSE(done) << size;
    EXPECT_EQ(done.error().code, Code::malformed);
    EXPECT_EQ(done.error().where, path);
  }
  put(std::string(good.size(), 'x'));
  EXPECT_EQ(try_all().error().code, Code::malformed);
  std::filesystem::remove(path);
  EXPECT_EQ(try_all().error().code, Code::not_found);
  // Damage inside: an error that names the file, or an answer (a byte of a text is no damage that
  // anyone could see), never a crash.
  int refused = 0;
  for (std::size_t i = 0; i < good.size(); i += i < 100 || i % 4096 < 64 ? 1 : 97) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0xff);
    put(bad);
    const auto done = try_all();
    if (done) continue;
    ++refused;
    EXPECT_EQ(done.error().where, path) << done.error().what;
  }
  EXPECT_GT(refused, 10);
}

TEST(Store, OddFolderNamesAreOpened) {
  const Scratch scratch;
  const std::string db = scratch.path("a b?c#d%41/db");
  import(db, {scratch.put("t.json", kTracker)});
  Store store = open(db);
  EXPECT_EQ(find(store, "Debian:12", "curl").size(), 1u);
}

// The counts of the data's own README.
TEST(Import, RealData) {
  const std::string data = BULKHEAD_SOURCE_DIR "/../shared/advisories";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "no real advisory data beside the checkout";
  const Scratch scratch;
  const std::string db = scratch.path("db");
  const Texts files = {data + "/almalinux8-osv.zip",
                       data + "/almalinux10-osv.zip",
                       data + "/alpine-secdb-json.zip",
                       data + "/cisa-kev.json.zst",
                       data + "/debian-tracker-from-dsa-dla.json.zst",
                       data + "/debian-osv-from-dsa-dla.zip",
                       data + "/nuget-osv-from-csv.zip"};
  const ImportResult result = import(db, files);
  std::map<std::string, std::uint64_t> records;
  for (const FeedInfo& feed : result.feeds) records[feed.name] = feed.records;
  EXPECT_EQ(records["osv/AlmaLinux:8"], 3237u);
  EXPECT_EQ(records["osv/AlmaLinux:10"], 660u);
  EXPECT_FALSE(records.contains("osv/AlmaLinux:9"));
  EXPECT_EQ(records["cisa-kev"], 1404u);
  EXPECT_EQ(records["debian-tracker/bullseye"], 1992u);
  EXPECT_EQ(records["debian-tracker/buster"], 3905u);
  EXPECT_EQ(records["debian-tracker/stretch"], 5564u);
  EXPECT_EQ(records["osv/NuGet"], 660u);
  EXPECT_EQ(records["osv/Debian:11"], 410u);
  EXPECT_TRUE(records.contains("alpine-secdb/v3.3/community"));
  const auto secdb_feeds = std::ranges::count_if(
      result.feeds, [](const FeedInfo& feed) { return feed.name.starts_with("alpine-secdb/"); });
  EXPECT_EQ(secdb_feeds, 18);
  for (const Note& note : result.notes) EXPECT_EQ(note.level, NoteLevel::info) << note.what;

  Store store = open(db);
  const auto musl = store.find("Alpine:v3.9", "musl");
  ASSERT_TRUE(musl);
  EXPECT_TRUE(std::ranges::any_of(*musl, [](const Statement& statement) {
    return statement.advisory_id == "CVE-2019-14697" &&
           statement.affected.ranges.at(0).fixed == "1.1.20-r5";
  }));
  EXPECT_FALSE(store.search("TALOS-2017-0488", 10)->empty());
  EXPECT_FALSE(store.search("CVE-2018-16859", 10)->empty());
}

TEST(Import, RealYamlAndJsonTwinsGiveTheSameRows) {
  const std::string data = BULKHEAD_SOURCE_DIR "/../shared/advisories";
  if (!std::filesystem::exists(data)) GTEST_SKIP() << "no real advisory data beside the checkout";
  const Scratch scratch;
  const auto feeds = [&](const char* db, const char* file) {
    std::map<std::string, std::string> out;
    for (const FeedInfo& feed : import(scratch.path(db), {data + "/" + file}).feeds) {
      out[feed.name] = feed.file;
    }
    return out;
  };
  const auto json = feeds("1", "alpine-secdb-json.zip");
  EXPECT_EQ(json.size(), 18u);
  EXPECT_EQ(feeds("2", "alpine-secdb-yaml.tar.zst"), json) << "byte for byte";
}

TEST(Store, KeepsTheDatesOfSupport) {
  const Scratch scratch;
  auto staging = Staging::create(scratch.path(), 1 << 20);
  ASSERT_TRUE(staging) << describe(staging.error());
  const FeedKey key{"support/debian", "os:debian"};
  const auto feed = staging->feed(key);
  ASSERT_TRUE(feed);
  const auto put = [&](Staging::Part part, const SupportDates& dates) {
    EXPECT_TRUE(staging->add(*feed, part, dates));
  };
  const Staging::Part dropped = staging->begin_part();
  put(dropped, {"debian", "10", "2024-06-30", "", "a document that does not count"});
  const Staging::Part kept = staging->begin_part();
  const SupportDates bookworm{"debian", "12", "2026-06-10", "2028-06-30", "its page"};
  const SupportDates bullseye{"debian", "11", "2024-08-14", "2026-08-31", "its page"};
  put(kept, bookworm);
  put(kept, bullseye);
  put(kept, {"ubuntu", "22.04", "2027-06-01", "", ""});
  staging->keep(*feed, kept, true);
  ASSERT_TRUE(staging->settle({"osv/"}));
  const auto written = write_feed(scratch.path(), key, *staging, *feed);
  ASSERT_TRUE(written) << describe(written.error());
  EXPECT_EQ(written->records, 3u);
  const FeedInfo info{key.name, key.ecosystem, written->file, written->records, 0, 0};
  ASSERT_TRUE(publish(scratch.path(), {{info, written->size_bytes}}, 0));

  auto store = Store::open(scratch.path());
  ASSERT_TRUE(store) << describe(store.error());
  EXPECT_EQ(store->support_of("debian"), (std::vector<SupportDates>{bullseye, bookworm}));
  EXPECT_EQ(store->support_of("ubuntu")->size(), 0u) << "the feed is Debian's";
  EXPECT_EQ(store->support_of("alpine")->size(), 0u);
}

}  // namespace
}  // namespace bulkhead::advisory
